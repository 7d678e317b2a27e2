using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Regularizers;

namespace MLNet.DeepExt.Neural.Training.Updates;

/// <summary>
/// The update rule of parameters: the gradient of the penalty, the transforms of the optimizer and the
/// proximal step of the penalty, divided into stages.
/// </summary>
internal sealed class UpdateRule
{
    // The state of a chunk of elements is on the stack.
    private const int MostStates = 16;

    private readonly Regularizer? _regularizer;
    private readonly UpdateStage[] _stages;

    public UpdateRule(Optimizer optimizer, Regularizer? regularizer)
    {
        Optimizer = optimizer;
        _regularizer = regularizer;
        // The penalty is a separate stage, so that norms of the gradient of the whole cost can be recorded after it.
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
                $"The optimizer {optimizer} has {states} state values per parameter; at most {MostStates} are allowed."),
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

    /// <summary>The number of state values per parameter of all transforms.</summary>
    public int StatesPerParameter { get; }

    /// <summary>True if weights are updated differently from biases, scales and shifts.</summary>
    public bool TellsWeightsApart { get; }

    /// <summary>At least two stages: the first one computes the gradient of the whole cost, the last one is elementwise.</summary>
    public ReadOnlySpan<UpdateStage> Stages => _stages;

    /// <summary>True if a stage needs norms.</summary>
    public bool NeedsNorms => Array.Exists(_stages, stage => stage.Reach == TransformReach.Norms);

    /// <summary>
    /// True if every stage can be applied to single lines of a parameter: none needs norms of the output of a transform with state.
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
    /// <param name="state">The state of the elements.</param>
    /// <param name="steps">[stage]: the step.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(
        int first, int next, Span<float> gradient, ReadOnlySpan<float> parameters, TransformState<float> state, ReadOnlySpan<TransformStep> steps)
    {
        for (int stage = first; stage < next; stage++)
            _stages[stage].Apply(gradient, parameters, state, steps[stage]);
    }

    /// <summary>Returns the penalty of the weights; null without a regularizer.</summary>
    /// <param name="slots">A range for each trained parameter: frozen parameters are not penalized.</param>
    /// <param name="parameters">All parameters.</param>
    /// <param name="rows">The number of rows of the batch.</param>
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
