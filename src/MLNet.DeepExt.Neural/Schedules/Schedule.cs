using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>
/// A factor that changes during training, as a function of <see cref="TrainingTime"/> only. It multiplies the learning rate of an optimizer, the
/// rate of a dropout, or a weight decay. Immutable.
/// </summary>
/// <remarks>A schedule has no state, so a resumed training continues with the same rates.</remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Phases), nameof(Phases))]
[JsonDerivedType(typeof(Constant), nameof(Constant))]
[JsonDerivedType(typeof(Cosine), nameof(Cosine))]
[JsonDerivedType(typeof(Exponential), nameof(Exponential))]
[JsonDerivedType(typeof(FlatCosine), nameof(FlatCosine))]
[JsonDerivedType(typeof(InverseRoot), nameof(InverseRoot))]
[JsonDerivedType(typeof(InverseTime), nameof(InverseTime))]
[JsonDerivedType(typeof(LogCosine), nameof(LogCosine))]
[JsonDerivedType(typeof(Manual), nameof(Manual))]
[JsonDerivedType(typeof(OneCycle), nameof(OneCycle))]
[JsonDerivedType(typeof(ReduceOnPlateau), nameof(ReduceOnPlateau))]
[JsonDerivedType(typeof(Staircase), nameof(Staircase))]
[JsonDerivedType(typeof(WarmUp), nameof(WarmUp))]
public abstract record Schedule
{
    /// <summary>True if the factor depends on <see cref="TrainingTime.Validated"/>; the training then needs validation rows.</summary>
    public abstract bool NeedsValidation { get; }

    /// <summary>The factor for a step.</summary>
    /// <param name="time">The position of the step in the training.</param>
    /// <returns>At least 0.</returns>
    public abstract double Factor(in TrainingTime time);

    /// <summary>Validates all values of the schedule. Called before training begins.</summary>
    /// <exception cref="ArgumentException">A value is out of its range. The message states the value and the remedy.</exception>
    public abstract void Validate();
}
