// expect-error: no matching member function for call to 'read'
#include "base/register_description.hpp"

struct Space {
    template <class T>
    T read(base::u64 offset);
    template <class T>
    void write(base::u64 offset, T value);
};

struct Doorbell : base::Register<Doorbell, base::u32, 0, base::Access::WriteOnly> {};

base::u32 read(base::Registers<Space>& registers) { return registers.read<Doorbell>().raw(); }
