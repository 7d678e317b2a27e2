using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Clipping;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Regularizers;

namespace MLNet.DeepExt.Neural.Training.Updates;

/// <summary>
/// How parameters change, given their gradient: the penalty's gradient is added, the sum is clipped, the optimizer makes the update,
/// weights decay, the update is subtracted, and the proximal step of the penalty follows.
/// </summary>
internal sealed class UpdateRule(Optimizer optimizer, Regularizer? regularizer, GradientClipping? clipping)
{
    public int StatesPerParameter => optimizer.StatesPerParameter;

    /// <summary>Whether norms of the whole gradient must be known before any part of it is used.</summary>
    public bool NeedsNorms => clipping is { NeedsNorms: true };

    /// <summary>Whether weights are updated otherwise than biases and scales.</summary>
    public bool WeightsDiffer => regularizer is not null || optimizer.WeightDecay > 0;

    /// <summary>The penalty on the weights; null without a regularizer.</summary>
    /// <param name="slots">A range for each slot that learns: what is frozen is not penalized.</param>
    /// <param name="parameters">All of them.</param>
    /// <param name="rows">Rows of the batch.</param>
    public double? Penalty(UpdatePlan slots, ReadOnlySpan<float> parameters, int rows)
    {
        if (regularizer is null)
            return null;
        double penalty = 0;
        foreach (ParameterRange range in slots.Ranges)
        {
            if (range.AreWeights)
                penalty += regularizer.Penalty(parameters[range.From..range.To], rows);
        }

        return penalty;
    }

    /// <summary>Adds the penalty's gradient, as far as it has one.</summary>
    /// <param name="gradient">(n).</param>
    /// <param name="parameters">(n).</param>
    /// <param name="areWeights">Whether they are weights; nothing else is penalized.</param>
    /// <param name="rows">Rows of the batch.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddPenalty(Span<float> gradient, ReadOnlySpan<float> parameters, bool areWeights, int rows)
    {
        if (areWeights && regularizer is { HasGradient: true })
            regularizer.AddGradient(parameters, gradient, rows);
    }

    /// <summary>Updates a run of parameters of one range.</summary>
    /// <param name="gradient">(n): with the penalty's; afterwards it is of no use.</param>
    /// <param name="parameters">(n).</param>
    /// <param name="state">What the optimizer remembers of them.</param>
    /// <param name="update">Which update it is.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(Span<float> gradient, Span<float> parameters, OptimizerState<float> state, in RangeUpdate update)
    {
        clipping?.Clip(gradient, update.Norm, update.GlobalNorm);
        optimizer.Transform(gradient, state, update.Step);
        if (update.AreWeights && optimizer.WeightDecay > 0)
            Elementwise.Scale<float>(parameters, (float)(1 - update.Step.LearningRate * optimizer.WeightDecay));
        Elementwise.Subtract<float>(gradient, parameters);
        if (update.AreWeights && regularizer is { IsProximal: true })
            regularizer.Shrink(parameters, update.Step.LearningRate, update.Rows);
    }
}
