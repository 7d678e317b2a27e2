using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// Nesterov's accelerated gradient: v = β·v + (1 - β)·g from v = 0 as in <see cref="Momentum"/>, and the update
/// α·(β·v + (1 - β)·g), with the new v.
/// </summary>
/// <remarks>
/// The gradient of this step counts once more than in <see cref="Momentum"/>, as if it had been taken where momentum is about to
/// lead; it brakes earlier before the slope turns. PyTorch's <c>SGD(lr, momentum=β, nesterov=True)</c> leaves 1 - β out: it is the same
/// rule with lr = (1 - β)·α. Y. Nesterov, "A method for solving the convex programming problem with convergence rate O(1/k²)", 1983,
/// in the form of I. Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013.
/// </remarks>
public sealed record Nesterov : MomentumRule
{
    /// <summary>The rule with its default rates.</summary>
    public Nesterov() { }

    /// <summary>The rule with a step size.</summary>
    /// <param name="learningRate">α, above 0.</param>
    public Nesterov(double learningRate) => LearningRate = learningRate;

    /// <inheritdoc/>
    public override void Apply<T>(Span<T> gradient, ReadOnlySpan<T> parameters, TransformState<T> state, in TransformStep step) =>
        UpdateLoop.Run(new Operator<T>(Beta, RateOf(step)), gradient, parameters, state);

    /// <summary>The rule for one element; <see cref="Muon"/> takes it for its momentum.</summary>
    internal readonly struct Operator<T>(double beta, double rate) : IUpdateOperator<T>
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
            return _rate * _average.Add(mean, part);
        }
    }
}
