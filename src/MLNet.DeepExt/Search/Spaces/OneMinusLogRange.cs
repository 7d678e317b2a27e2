using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Search;

/// <summary>
/// Numbers β below 1 of which the logarithm of 1 - β is drawn uniformly: 1 - 10^r with r uniform, as suits weights of the past, where 0.9
/// is as far from 0.99 as that is from 0.999. Made by <c>Range.OneMinusLog</c>.
/// </summary>
public sealed record OneMinusLogRange : ContinuousRange
{
    internal OneMinusLogRange(double low, double high)
        : base(low, high)
    {
    }

    private protected override string Kind => "OneMinusLog";

    private protected override OptionFault? FindFault() =>
        Low >= 0 && High < 1 ? null : new("low", $"The bounds of {Text} must be in [0, 1); use Range.Linear for other numbers.");

    private protected override double ToScale(double value) => -Math.Log10(1 - value);

    private protected override double FromScale(double place) => 1 - Math.Pow(10, -place);
}
