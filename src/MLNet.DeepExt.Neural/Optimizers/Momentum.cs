using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>Gradient descent with momentum: v = β·v + (1 - β)·g from v = 0, and the update α·v.</summary>
/// <remarks>
/// The average of the last gradients: what points to and fro cancels out, what they agree on adds up. No bias is corrected, so
/// that the first steps are small. PyTorch's <c>SGD(lr, momentum=β)</c> leaves 1 - β out: it is the same rule with
/// lr = (1 - β)·α, which for β = 0.9 is a tenth of the rate here. B. Polyak, "Some methods of speeding up the convergence of
/// iteration methods", 1964.
/// </remarks>
public sealed record Momentum : MomentumRule
{
    /// <summary>The rule with its default rates.</summary>
    public Momentum() { }

    /// <summary>The rule with a step size.</summary>
    /// <param name="learningRate">α, above 0.</param>
    public Momentum(double learningRate) => LearningRate = learningRate;

    /// <inheritdoc/>
    public override void Apply<T>(Span<T> gradient, ReadOnlySpan<T> parameters, TransformState<T> state, in TransformStep step) =>
        UpdateLoop.Run(new Operator<T>(Beta, RateOf(step)), gradient, parameters, state);

    private readonly struct Operator<T>(double beta, double rate) : IUpdateOperator<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly MomentumAverage<T> _average = new(beta);
        private readonly Vector256<T> _rate = Vector256.Create(T.CreateTruncating(rate));

        public static int States => 1;

        public static bool ReadsParameters => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Apply(Vector256<T> gradient, Vector256<T> parameter, ref Vector256<T> mean, ref Vector256<T> unused)
        {
            Vector256<T> part = _average.Part(gradient);
            mean = _average.Add(mean, part);
            return _rate * mean;
        }
    }
}
