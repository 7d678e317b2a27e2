using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Data;

public sealed class LabeledRowsTests
{
    [Fact]
    public void Rows_are_read_from_the_arrays_that_were_given()
    {
        float[] features = [1, 2, 3, 4, 5, 6, 99];
        var rows = new LabeledRows(2, features, [0, 1, 2], [1, 0, 0.5f]);
        Assert.Equal((3, 2), (rows.Count, rows.Width));
        Assert.Equal([3f, 4f], Assert.IsType<DenseRows>(rows.Features).Row(1).ToArray());
        Assert.Equal([1, 0, 0.5f], Enumerable.Range(0, 3).Select(rows.WeightOf));
        Assert.Same(features, rows.DenseFeatures());
    }

    [Fact]
    public void Without_weights_every_row_has_weight_one() =>
        Assert.Equal(1, new LabeledRows(1, [7], [0]).WeightOf(0));

    [Fact]
    public void There_may_be_no_rows() => Assert.Equal(0, new LabeledRows(5, [], []).Count);

    [Fact]
    public void Too_few_features_are_refused() => Refused(
        "features", "3 rows of 2 features need 6 numbers but there are 5.", () => new LabeledRows(2, new float[5], new int[3]));

    [Fact]
    public void A_need_beyond_the_largest_integer_is_counted_rightly() => Refused(
        "features", "3 rows of 2147483647 features need 6442450941 numbers but there are 5.",
        () => new LabeledRows(int.MaxValue, new float[5], new int[3]));

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Another_number_of_weights_is_refused(int count) => Refused(
        "weights", $"There are {count} weights for 3 rows; give one weight per row.",
        () => new LabeledRows(1, new float[3], new int[3], new float[count]));

    [Fact]
    public void A_negative_class_is_refused() => Refused(
        "classes", "Row 1 has class -2; classes are counted from 0.", () => new LabeledRows(1, new float[3], [0, -2, -3]));

    [Theory]
    [InlineData(-0.5f, "-0.5")]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    public void A_weight_that_is_negative_or_no_finite_number_is_refused(float weight, string printed) => Culture.Run("de-DE", () => Refused(
        "weights", $"Row 2 has weight {printed}; a weight must be at least 0 and finite.",
        () => new LabeledRows(1, new float[3], new int[3], [1, 0, weight])));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_row_needs_a_feature(int width) =>
        Assert.Throws<ArgumentOutOfRangeException>("width", () => new LabeledRows(width, [], []));

    [Fact]
    public void Missing_arrays_are_refused()
    {
        Assert.Throws<ArgumentNullException>("features", () => new LabeledRows(1, null!, []));
        Assert.Throws<ArgumentNullException>("classes", () => new LabeledRows(1, [], null!));
    }

    private static void Refused(string parameter, string message, Func<object> make) =>
        Assert.Equal($"{message} (Parameter '{parameter}')", Assert.Throws<ArgumentException>(parameter, make).Message);
}
