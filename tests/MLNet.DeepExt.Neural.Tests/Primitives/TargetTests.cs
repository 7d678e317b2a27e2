using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Tests.Primitives;

public sealed class TargetTests
{
    [Fact]
    public void A_target_of_classes_has_one_index_per_row_and_no_numbers()
    {
        var target = Target<float>.OfClasses(4);
        Assert.Null(target.Values);
        Assert.Equal(new int[4], target.Classes.ToArray());
        target.Classes[3] = 9;
        Assert.Equal(9, target.Classes[3]);
    }

    [Fact]
    public void A_target_of_numbers_has_a_row_of_them_per_row_and_no_classes()
    {
        var target = Target<double>.OfValues(4, 3);
        Assert.Equal((4, 3), (target.Values!.Capacity, target.Values.Width));
        Assert.True(target.Classes.IsEmpty);
    }

    [Fact]
    public void Rows_in_use_are_all_at_first_and_at_most_the_capacity()
    {
        foreach (Target<float> target in new[] { Target<float>.OfClasses(4), Target<float>.OfValues(4, 3) })
        {
            Assert.Equal(4, target.Rows);
            target.Rows = 2;
            Assert.Equal((2, 4), (target.Rows, target.Capacity));
            Assert.Throws<ArgumentOutOfRangeException>("value", () => target.Rows = 5);
            Assert.Throws<ArgumentOutOfRangeException>("value", () => target.Rows = -1);
        }
    }
}
