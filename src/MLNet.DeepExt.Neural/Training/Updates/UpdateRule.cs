using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Regularizers;

namespace MLNet.DeepExt.Neural.Training.Updates;

/// <summary>
/// How parameters change, given the gradient of the loss: the links of the optimizer, with the penalty's gradient before them and its
/// proximal step after them, cut into stages.
/// </summary>
internal sealed class UpdateRule
{
    // What is remembered of a chunk of elements has its place on the stack.
    private const int MostStates = 16;

    private readonly Regularizer? _regularizer;
    private readonly UpdateStage[] _stages;

    public UpdateRule(Optimizer optimizer, Regularizer? regularizer)
    {
        Optimizer = optimizer;
        _regularizer = regularizer;
        // What the penalty adds is a stage of its own, so that norms of the gradient of the whole cost can be recorded after it.
        var stages = new List<UpdateStage>
        {
            new(regularizer is { HasGradient: true } ? [new(new PenaltyGradient(regularizer), 0)] : [], TransformReach.Elements),
        };
        var open = new List<StatefulLink>();
        TransformReach reach = TransformReach.Elements;
        int states = 0;
        foreach (GradientTransform transform in Chain.LinksOf(optimizer))
        {
            if (transform.Reach != TransformReach.Elements || reach == TransformReach.Parameter)
                Close(transform.Reach);
            open.Add(new StatefulLink(transform, states));
            states += transform.StatesPerParameter;
        }

        if (reach == TransformReach.Parameter)
            Close(TransformReach.Elements);
        if (regularizer is { IsProximal: true })
            open.Add(new StatefulLink(new ProximalStep(regularizer), states));
        stages.Add(new UpdateStage([.. open], reach));
        _stages = [.. stages];
        StatesPerParameter = states;
        TellsWeightsApart = regularizer is not null || Chain.LinksOf(optimizer).Any(transform => transform.TellsWeightsApart);
        if (states is < 0 or > MostStates)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"The optimizer {optimizer} remembers {states} numbers of each parameter; at most {MostStates} are possible."),
                nameof(TrainingOptions.Optimizer));
        }

        void Close(TransformReach next)
        {
            if (open.Count > 0)
                stages.Add(new UpdateStage([.. open], reach));
            open.Clear();
            reach = next;
        }
    }

    public Optimizer Optimizer { get; }

    /// <summary>Numbers that all transforms remember per parameter.</summary>
    public int StatesPerParameter { get; }

    /// <summary>Whether weights are updated in another way than biases, scales and shifts.</summary>
    public bool TellsWeightsApart { get; }

    /// <summary>Two stages or more: the first one makes the gradient of the whole cost, the last one treats each element alone.</summary>
    public ReadOnlySpan<UpdateStage> Stages => _stages;

    /// <summary>Whether any stage needs norms.</summary>
    public bool NeedsNorms => Array.Exists(_stages, stage => stage.Reach == TransformReach.Norms);

    /// <summary>
    /// Whether every stage can be applied to some lines of a parameter alone: none needs norms of what a transform with a memory made.
    /// </summary>
    public bool WorksLineByLine
    {
        get
        {
            int lastWithNorms = Array.FindLastIndex(_stages, stage => stage.Reach == TransformReach.Norms);
            return lastWithNorms < 0 || _stages[..lastWithNorms].All(stage => stage.IsStateless);
        }
    }

    /// <summary>Applies stages [first, next) to a run of elements.</summary>
    /// <param name="first">The first stage.</param>
    /// <param name="next">The stage after the last.</param>
    /// <param name="gradient">(n): becomes the update after the last stage of all.</param>
    /// <param name="parameters">(n).</param>
    /// <param name="state">That of the elements.</param>
    /// <param name="steps">[stage]: which update it is.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(
        int first, int next, Span<float> gradient, ReadOnlySpan<float> parameters, TransformState<float> state, ReadOnlySpan<TransformStep> steps)
    {
        for (int stage = first; stage < next; stage++)
            _stages[stage].Apply(gradient, parameters, state, steps[stage]);
    }

    /// <summary>The penalty on the weights; null without a regularizer.</summary>
    /// <param name="slots">A range for each slot that learns: what is frozen is not penalized.</param>
    /// <param name="parameters">All of them.</param>
    /// <param name="rows">Rows of the batch.</param>
    public double? Penalty(UpdatePlan slots, ReadOnlySpan<float> parameters, int rows)
    {
        if (_regularizer is null)
            return null;
        double penalty = 0;
        foreach (ParameterRange range in slots.Ranges)
        {
            if (range.AreWeights)
                penalty += _regularizer.Penalty(parameters[range.From..range.To], rows);
        }

        return penalty;
    }
}
