using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Regularizers;

namespace MLNet.DeepExt.Neural.Training.Updates;

/// <summary>
/// The last link of every update with a penalty that has a kink at 0: it shrinks the parameters that the update leads to, and changes the
/// update to lead there. A weight that gets to 0 is exactly 0 then, as θ - θ is.
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
