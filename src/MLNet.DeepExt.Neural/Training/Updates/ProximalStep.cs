using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Regularizers;

namespace MLNet.DeepExt.Neural.Training.Updates;

/// <summary>
/// The last transform of an update with a penalty that has a kink at 0: it shrinks the updated parameters and changes the
/// update accordingly. A weight that reaches 0 is then exactly 0, because θ - θ is 0.
/// </summary>
internal sealed record ProximalStep(Regularizer Regularizer) : GradientTransform
{
    public override int StatesPerParameter => 0;

    public override TransformReach Reach => TransformReach.Elements;

    public override void Apply<T>(Span<T> gradient, ReadOnlySpan<T> parameters, TransformState<T> state, in TransformStep step)
    {
        if (step.IsWeight)
            Regularizer.Shrink(gradient, parameters, step.LearningRate, step.Rows);
    }

    public override void Validate() => Regularizer.Validate();
}
