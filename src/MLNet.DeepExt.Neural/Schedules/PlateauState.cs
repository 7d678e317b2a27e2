namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>The state of a <see cref="ReduceOnPlateau"/> after some epochs, from which the state after further epochs is computed.</summary>
/// <param name="Epochs">The number of epochs.</param>
/// <param name="Best">The lowest value so far that counted as an improvement.</param>
/// <param name="Without">The number of epochs since the last improvement, or since the rate was reduced.</param>
/// <param name="Factor">The factor of the rate.</param>
internal readonly record struct PlateauState(int Epochs, double Best, int Without, double Factor)
{
    /// <summary>The state before the first epoch.</summary>
    public static PlateauState Beginning { get; } = new(0, double.PositiveInfinity, 0, 1);
}
