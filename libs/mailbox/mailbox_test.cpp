#include "libs/mailbox/mailbox.hpp"

#include <array>

#include "testing/test.hpp"

namespace mailbox {

namespace {

struct Note : Message {
    explicit Note(int what) : Message(&Note::run), number(what) {}

    static void run(Message& message) {
        auto& note = static_cast<Note&>(message);
        note.runs += 1;
        note.order = ++counter;
        if (note.again != nullptr) {
            bool was_empty = false;
            note.again->post(note, was_empty);
            note.again = nullptr;
        }
    }

    static inline int counter = 0;
    int number;
    int runs = 0;
    int order = 0;
    Mailbox* again = nullptr;
};

} // namespace

TEST(Mailbox, DrainsInOrder) {
    Mailbox box;
    Note first{1};
    Note second{2};
    bool was_empty = false;
    EXPECT_TRUE(box.post(first, was_empty));
    EXPECT_TRUE(was_empty);
    EXPECT_TRUE(box.post(second, was_empty));
    EXPECT_FALSE(was_empty);
    EXPECT_TRUE(first.is_posted());
    EXPECT_EQ(box.drain(), 2U);
    EXPECT_TRUE(first.order < second.order);
    EXPECT_FALSE(first.is_posted());
    EXPECT_TRUE(box.is_empty());
    EXPECT_EQ(box.drain(), 0U);
}

TEST(Mailbox, AMessageIsThereOnce) {
    Mailbox box;
    Note note{1};
    bool was_empty = false;
    EXPECT_TRUE(box.post(note, was_empty));
    EXPECT_FALSE(box.post(note, was_empty));
    EXPECT_EQ(box.drain(), 1U);
    EXPECT_EQ(note.runs, 1);
}

TEST(Mailbox, MayBePostedFromItsOwnRun) {
    Mailbox box;
    Note note{1};
    note.again = &box;
    bool was_empty = false;
    EXPECT_TRUE(box.post(note, was_empty));
    EXPECT_EQ(box.drain(), 1U);
    EXPECT_FALSE(box.is_empty());
    EXPECT_EQ(box.drain(), 1U);
    EXPECT_EQ(note.runs, 2);
}

} // namespace mailbox
