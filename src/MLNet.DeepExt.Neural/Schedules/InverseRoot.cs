using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>k/√epoch or k/√t, with epochs and steps t counted from 1.</summary>
/// <param name="K">k, above 0. Default 1: the first epoch, or step, has the optimizer's rate.</param>
/// <param name="Unit">Whether epochs are counted (the default) or steps.</param>
public sealed record InverseRoot(double K = 1, TimeUnit Unit = TimeUnit.Epochs) : Schedule
{
    /// <inheritdoc/>
    public override bool NeedsValidation => false;

    /// <inheritdoc/>
    public override double Factor(in TrainingTime time) => K / Math.Sqrt(Unit == TimeUnit.Epochs ? time.Epoch : time.Step);

    /// <inheritdoc/>
    public override void Validate()
    {
        if (!(K > 0 && double.IsFinite(K)))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"K of InverseRoot must be above 0 but is {K}; 1 begins with the optimizer's rate."), nameof(K));
        }

        if (EnumFault.Find($"{nameof(Unit)} of InverseRoot", Unit) is { } undefined)
            throw new ArgumentException($"{undefined}; with Epochs the rate does not depend on the batches.", nameof(Unit));
    }
}
