namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>What a <see cref="ReduceOnPlateau"/> makes of some epochs: all that it needs to know of them when more follow.</summary>
/// <param name="Epochs">How many epochs.</param>
/// <param name="Best">The lowest value so far that counted as an improvement.</param>
/// <param name="Without">Epochs since then, or since the rate was reduced.</param>
/// <param name="Factor">What the rate is multiplied by.</param>
internal readonly record struct PlateauState(int Epochs, double Best, int Without, double Factor)
{
    /// <summary>Before any epoch.</summary>
    public static PlateauState Beginning { get; } = new(0, double.PositiveInfinity, 0, 1);
}
