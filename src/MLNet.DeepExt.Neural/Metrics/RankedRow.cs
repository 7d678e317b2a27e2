namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>A row in an order of outputs. Equal ones change places unnoticed: nothing depends on how rows came.</summary>
internal readonly record struct RankedRow(float Output, bool IsYes, double Weight) : IComparable<RankedRow>
{
    public int CompareTo(RankedRow other) => (Output, IsYes, Weight).CompareTo((other.Output, other.IsYes, other.Weight));
}
