using MLNet.DeepExt.Neural.Persistence;

namespace MLNet.DeepExt.Neural.Tests.Persistence;

public sealed class MemoryBudgetTests
{
    [Theory]
    [InlineData(0, 268_435_456)]
    [InlineData(1_000_000, 396_435_456)]
    public void It_is_256_MiB_and_128_bytes_for_each_byte_of_the_file(long bytes, long limit) =>
        Assert.Equal(limit, new MemoryBudget(bytes).Limit);

    [Fact]
    public void The_longest_file_has_a_limit_that_is_a_number() => Assert.True(new MemoryBudget(long.MaxValue).Limit > long.MaxValue / 4);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(long.MaxValue, 1)]
    [InlineData(long.MaxValue, int.MaxValue)]
    [InlineData(long.MaxValue / 2 + 1, 2)]
    public void All_of_it_is_spent_and_not_a_byte_more(long count, int bytesPerItem)
    {
        var budget = new MemoryBudget(1);
        budget.Spend(100, 1000);
        budget.Spend(268_435_584 - 100_000);
        budget.Spend(0);
        Assert.Equal(
            "What is in the file of 1 bytes would take more than the 268435584 bytes of memory that a file of this size may take; "
            + "the file is damaged, or was made to take memory.",
            Assert.Throws<InvalidDataException>(() => budget.Spend(count, bytesPerItem)).Message);
    }

    [Fact]
    public void What_cannot_be_counted_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("fileBytes", () => new MemoryBudget(-1));
        Assert.Throws<ArgumentOutOfRangeException>("count", () => new MemoryBudget(1).Spend(-1));
        Assert.Throws<ArgumentOutOfRangeException>("bytesPerItem", () => new MemoryBudget(1).Spend(1, 0));
        Assert.Throws<ArgumentNullException>("budget", () => NetworkFile.Load(Stream.Null, null!));
        Assert.Throws<ArgumentOutOfRangeException>("rowsTogether", () => NetworkFile.Load(Stream.Null, new MemoryBudget(1), 0));
    }
}
