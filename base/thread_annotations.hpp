/// Names for clang's thread safety analysis, which checks when compiled that what a lock guards is used under it.
/// Each stands behind the declarator; TS_CAPABILITY and TS_SCOPED behind `class`.
#pragma once

#define TS_CAPABILITY(name) __attribute__((capability(name)))
#define TS_SCOPED __attribute__((scoped_lockable))
#define TS_GUARDED_BY(lock) __attribute__((guarded_by(lock)))
#define TS_ACQUIRE(...) __attribute__((acquire_capability(__VA_ARGS__)))
#define TS_RELEASE(...) __attribute__((release_capability(__VA_ARGS__)))
#define TS_REQUIRES(...) __attribute__((requires_capability(__VA_ARGS__)))
#define TS_UNCHECKED __attribute__((no_thread_safety_analysis))
