using MLNet.DeepExt.Selection;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Selection;

/// <summary>Figures of one column, of very different sizes.</summary>
[Trait("Spec", "C3")]
public sealed class FigureTextTests
{
    [Fact]
    public void A_column_has_the_decimals_that_its_largest_figure_needs()
    {
        using var culture = new CultureScope("tr-TR");
        Assert.Equal(["0.9012", "0.1000", "0.0000"], FigureText.Column([0.90123, 0.1, 0]));
        Assert.Equal(["0.9", "0.1"], FigureText.Column([0.9, 0.1]));
        Assert.Equal(["1500", "95", "2"], FigureText.Column([1500.2, 95, 1.6]));
    }

    [Fact]
    public void A_small_figure_beside_large_ones_is_not_nothing()
    {
        using var culture = new CultureScope("tr-TR");
        Assert.Equal(["0.0123", "1500", "0"], FigureText.Column([0.0123, 1500, 0]));
        Assert.Equal(["0.4321", "1500", "-0.25"], FigureText.Column([0.43214, 1500, -0.25]));
        Assert.Equal(["1.235E-05", "0.9"], FigureText.Column([0.0000123456, 0.9]));
        Assert.Equal("1.5E-20", FigureText.Rounded(1.5e-20));
    }
}
