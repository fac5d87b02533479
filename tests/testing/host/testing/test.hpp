/// The test macros, as the host provides them: GoogleTest.
/// Tests that include "testing/test.hpp" and use only TEST, EXPECT_* and ASSERT_* also run inside the kernel.
#pragma once

#include <gtest/gtest.h>
