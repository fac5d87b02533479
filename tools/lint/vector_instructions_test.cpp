#include "testing/test.hpp"
#include "tools/lint/checks.hpp"

namespace lint {

namespace {

VectorInstructions find(const std::string& instruction) {
    return find_vector_instructions("\nffff0000 <kernel::f()>:\nffff0000:      \tpushq\t%rbp\nffff0001:      \t" +
                                    instruction + "\n");
}

} // namespace

TEST(VectorInstructions, FindsThem) {
    for (const char* text : {"movaps\t%xmm0, (%rdi)", "vmovdqa\t%ymm1, %ymm2", "movq\t%mm0, %rax", "fldl\t(%rax)",
                             "fstp\t%st(1)", "fninit", "emms", "vzeroupper", "addsd\t(%rax), %xmm3"}) {
        EXPECT_EQ(find(text).forbidden.size(), 1U) << text;
    }
}

TEST(VectorInstructions, LeavesTheRestAlone) {
    for (const char* text : {"movq\t%rax, %rbx", "vmcall", "verw\t(%rax)", "vmresume", "cmpxchg16b\t(%rdi)", "swapgs",
                             "callq\t0xffffffff80200010 <kernel::format_xmm()>"}) {
        EXPECT_EQ(find(text).forbidden.size(), 0U) << text;
    }
    EXPECT_EQ(find("nop").seen, 2U);
}

TEST(VectorInstructions, SetsStateSavingApart) {
    for (const char* text : {"xsave64\t(%rdi)", "xrstors\t(%rdi)", "fxsave\t(%rax)", "fxrstor64\t(%rax)",
                             "ldmxcsr\t(%rax)", "fnstcw\t-20(%rbp)"}) {
        const VectorInstructions found = find(text);
        EXPECT_EQ(found.forbidden.size(), 0U) << text;
        ASSERT_EQ(found.state_saving.size(), 1U) << text;
        EXPECT_EQ(found.state_saving[0].address, "ffff0001");
    }
}

TEST(VectorInstructions, FindsSoftFloat) {
    EXPECT_EQ(find_soft_float("ffff0000 T __adddf3\n                 U __floatunsidf\nffff0000 T memcpy\n").size(), 2U);
    EXPECT_TRUE(find_soft_float("ffff0000 T __stack_chk_fail\nffff0000 T __udivti3\n").empty());
}

} // namespace lint
