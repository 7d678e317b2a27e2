namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>
/// Reduces the rate when validation has not improved for some epochs. It needs validation rows.
/// </summary>
/// <remarks>
/// Equal to PyTorch's <c>ReduceLROnPlateau</c> with <c>threshold_mode='abs'</c> and no cooldown. It uses the same validation value as early stopping,
/// whose patience must be longer, otherwise training stops before the rate is reduced.
/// </remarks>
public sealed record ReduceOnPlateau : Schedule
{
    /// <summary>The factor of each reduction, in (0, 1). Default 0.5.</summary>
    public double Multiplier { get; init; } = 0.5;

    /// <summary>The number of epochs without improvement that are tolerated, at least 0. The rate is reduced in the next one. Default 5.</summary>
    public int Patience { get; init; } = 5;

    /// <summary>
    /// The minimum decrease below the best value so far that counts as an improvement, at least 0, in units of the validation value. Default 0.
    /// </summary>
    public double MinimumImprovement { get; init; }

    /// <summary>The lower limit of the factor, in [0, 1]. Default 0.</summary>
    public double Floor { get; init; }

    /// <inheritdoc/>
    public override bool NeedsValidation => true;

    /// <inheritdoc/>
    public override double Factor(in TrainingTime time)
    {
        ReadOnlySpan<double> validated = time.Validated.Span;
        PlateauState state = time.Plateaus?.Of(this, time.Validated) ?? PlateauState.Beginning;
        if (state.Epochs == validated.Length)
            return state.Factor;
        foreach (double value in validated[state.Epochs..])
            state = After(state, value);
        time.Plateaus?.Keep(this, time.Validated, state);
        return state.Factor;
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        if (!(Multiplier > 0 && Multiplier < 1))
            throw Fault(nameof(Multiplier), "in (0, 1)", Multiplier, "0.5 halves the rate");
        if (Patience < 0)
            throw Fault(nameof(Patience), "at least 0", Patience, "5 is the usual value");
        if (!(MinimumImprovement >= 0 && double.IsFinite(MinimumImprovement)))
            throw Fault(nameof(MinimumImprovement), "at least 0", MinimumImprovement, "with 0 every improvement counts");
        if (!(Floor >= 0 && Floor <= 1))
            throw Fault(nameof(Floor), "in [0, 1]", Floor, "0 is no floor");
    }

    private PlateauState After(in PlateauState state, double value)
    {
        if (value < state.Best - MinimumImprovement)
            return state with { Epochs = state.Epochs + 1, Best = value, Without = 0 };
        return state.Without + 1 > Patience
            ? state with { Epochs = state.Epochs + 1, Without = 0, Factor = Math.Max(state.Factor * Multiplier, Floor) }
            : state with { Epochs = state.Epochs + 1, Without = state.Without + 1 };
    }

    private static ArgumentException Fault(string name, string range, double value, string remedy) =>
        new(FormattableString.Invariant($"{name} of ReduceOnPlateau must be {range} but is {value}; {remedy}."), name);
}
