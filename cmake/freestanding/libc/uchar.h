// libc++ takes mbstate_t from here when there are no wide characters.
#pragma once
typedef struct { unsigned long state; } mbstate_t;
