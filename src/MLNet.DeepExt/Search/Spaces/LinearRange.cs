using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Search;

/// <summary>Numbers drawn uniformly between two bounds. Made by <c>Range.Linear</c>.</summary>
public sealed record LinearRange : ContinuousRange
{
    internal LinearRange(double low, double high)
        : base(low, high)
    {
    }

    private protected override string Kind => "Linear";

    private protected override OptionFault? FindFault() => null;

    private protected override double ToScale(double value) => value;

    private protected override double FromScale(double place) => place;
}
