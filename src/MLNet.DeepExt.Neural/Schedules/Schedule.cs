using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>
/// How a number changes in the course of a training: a factor, a function of <see cref="TrainingTime"/> alone, that the optimizer's learning rate
/// is multiplied by, or the rate of a dropout, or weight decay. Immutable.
/// </summary>
/// <remarks>It remembers nothing, so that a training that is resumed goes on with the rate that it would have had.</remarks>
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
    /// <summary>Whether <see cref="TrainingTime.Validated"/> decides, so that there must be validation rows.</summary>
    public abstract bool NeedsValidation { get; }

    /// <summary>The factor for a step.</summary>
    /// <param name="time">Where in the training the step stands.</param>
    /// <returns>At least 0.</returns>
    public abstract double Factor(in TrainingTime time);

    /// <summary>Checks every value of the schedule, before training begins.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message says which, why and what to do.</exception>
    public abstract void Validate();
}
