using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Regularizers;

namespace MLNet.DeepExt.Neural.Training.Updates;

/// <summary>The first transform of an update with a smooth penalty: adds its gradient to that of the loss.</summary>
internal sealed record PenaltyGradient(Regularizer Regularizer) : GradientTransform
{
    public override int StatesPerParameter => 0;

    public override TransformReach Reach => TransformReach.Elements;

    public override void Apply<T>(Span<T> gradient, ReadOnlySpan<T> parameters, TransformState<T> state, in TransformStep step)
    {
        if (step.IsWeight)
            Regularizer.AddGradient(parameters, gradient, step.Rows);
    }

    public override void Validate() => Regularizer.Validate();
}
