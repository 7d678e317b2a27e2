using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Search;

/// <summary>
/// Numbers above 0 whose logarithm is drawn uniformly: 10^r with r uniform, so that every power of ten has the same share of the draws.
/// Made by <c>Range.Log</c>.
/// </summary>
public sealed record LogRange : ContinuousRange
{
    internal LogRange(double low, double high)
        : base(low, high)
    {
    }

    private protected override string Kind => "Log";

    private protected override OptionFault? FindFault() =>
        Low > 0 ? null : new("low", $"The lower bound of {Text} must be above 0; use Range.Linear where 0 is to be tried.");

    private protected override double ToScale(double value) => Math.Log10(value);

    private protected override double FromScale(double place) => Math.Pow(10, place);
}
