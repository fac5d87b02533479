/// late_halt.S.
#pragma once

extern "C" void late_halt();
