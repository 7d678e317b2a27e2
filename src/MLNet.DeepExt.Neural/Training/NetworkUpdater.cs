using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Training.Updates;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// Updates the parameters of one network by their gradient. It owns the gradient, the state of the optimizer, the number of updates, norms, and
/// the average of the parameters over the updates. Not thread-safe.
/// </summary>
/// <remarks>
/// <see cref="Trainer"/> does this by itself. A custom loop goes forward and backward with the network, into <see cref="Gradient"/>, and
/// calls <see cref="Update"/>, which updates all parameters whole: of those that a training updates lazily
/// (see <see cref="GradientTransform"/>), too. Any loss may stand between, or any other gradient of the outputs.
/// </remarks>
/// <example>
/// <code>
/// var network = new Network&lt;float&gt;(spec, seed: 1);
/// var loss = new SoftmaxCrossEntropy();
/// var updater = new NetworkUpdater(network, new TrainingOptions { Optimizer = new Adam(0.01) });
/// Workspace&lt;float&gt; pass = network.CreateWorkspace(capacity: 64);
/// for (int step = 1; step &lt;= 1000; step++)
/// {
///     pass.Step = step; // what dropout draws its mask from
///     DenseBlock&lt;float&gt; logits = network.Forward(rows, pass, ForwardMode.Train);
///     double cost = loss.CostAndGradient(logits, target, pass.OutputGradient);
///     network.Backward(pass, updater.Gradient.Span);
///     updater.Update(rows.Rows);
/// }
/// </code>
/// </example>
public sealed class NetworkUpdater : ITeamWork
{
    // A chunk of gradient, parameters and state that stays in the first-level cache from the first transform to the subtraction.
    private const int Chunk = 1024;

    private readonly UpdateRule _rule;
    private readonly UpdatePlan _slots;            // a range for each parameter that learns
    private readonly UpdatePlan _plan;             // what has a gradient and is updated alike
    private readonly WholeUpdate? _whole;          // of transforms that see whole parameters
    private readonly RowSparseUpdate[] _rowSparse; // of parameters of which only the lines that a batch touches are updated
    private readonly GradientNorms?[] _norms;      // [stage]: of the gradient that it is given
    private double _rate;
    private int _rows;
    private bool _measuresNorms;

    /// <summary>Makes an updater of a network.</summary>
    /// <param name="network">The network; its parameters are changed in place.</param>
    /// <param name="options">
    /// Optimizer, Regularizer, LayerRates and WeightAveraging are used, nothing else. A penalty is part of the update, not of the gradient.
    /// </param>
    /// <exception cref="ArgumentException">An option is out of its range; the message states the value and the remedy.</exception>
    public NetworkUpdater(Network<float> network, TrainingOptions options)
        : this(network, Validated(network, options), sparseRows: null)
    {
    }

    /// <param name="network">The network.</param>
    /// <param name="options">How it is trained.</param>
    /// <param name="sparseRows">
    /// Whether the rows of batches leave zeros out, which decides of which parameters only the lines that a batch touches are updated. Null
    /// updates all parameters whole.
    /// </param>
    internal NetworkUpdater(Network<float> network, TrainingOptions options, bool? sparseRows)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        Network = network;
        LearningRate = options.Optimizer.LearningRate;
        _rule = new UpdateRule(options.Optimizer, options.Regularizer);
        _slots = UpdatePlan.OfSlots(network, options.LayerRates, (layer, slot) => RowSparse(layer, slot, sparseRows) is not null);
        _plan = _rule.NeedsNorms ? _slots : _slots.Joined(_rule.TellsWeightsApart);
        State = AlignedMemory.Allocate<float>(checked(_rule.StatesPerParameter * network.Parameters.Values.Length));
        _rowSparse =
        [
            .. _slots.Ranges.ToArray().Where(range => !range.HasGradient).Select(range => new RowSparseUpdate(
                network, _rule, range, RowSparse(range.Layer, network.Parameters.Slots[range.Slot], sparseRows)!, State)),
        ];
        if (_rule.Stages.ToArray().Any(stage => stage.Reach == TransformReach.Parameter))
            _whole = new WholeUpdate(network, options.Optimizer, _slots);
        _norms = new GradientNorms?[_rule.Stages.Length];
        for (int stage = 1; stage < _norms.Length; stage++)
        {
            // Those of the gradient itself may be recorded.
            if (stage == 1 || _rule.Stages[stage].Reach == TransformReach.Norms)
                _norms[stage] = new GradientNorms(_slots, network.Parameters.Slots.Count);
        }

        Gradient = AlignedMemory.Allocate<float>(_slots.GradientLength);
        Average = options.WeightAveraging is { } decay
            ? new WeightAverage(network, decay, options.WeightAveragingWarmUp, options.FrozenLayers(network.Spec))
            : null;
    }

    /// <summary>The network whose parameters are updated.</summary>
    public Network<float> Network { get; }

    /// <summary>
    /// ∂J/∂θ without penalties, laid out as the parameters of the network (<see cref="Network{T}.ReadGradient"/> reads a parameter out of it);
    /// its padding must be 0. <see cref="Update"/> overwrites it, and ignores the parts of frozen layers.
    /// </summary>
    public Memory<float> Gradient { get; }

    /// <summary>Updates so far.</summary>
    public long Steps { get; internal set; }

    /// <summary>
    /// The network with the average of the parameters, as of the last <see cref="WriteAverage"/>; <see cref="Network"/> itself where
    /// <see cref="TrainingOptions.WeightAveraging"/> is null.
    /// </summary>
    public Network<float> Averaged => Average?.Network ?? Network;

    /// <summary>What the optimizer remembers: (states per parameter, parameters).</summary>
    internal Memory<float> State { get; }

    /// <summary>The average of the parameters over the updates; null if not requested.</summary>
    internal WeightAverage? Average { get; }

    /// <summary>The step size before any schedule.</summary>
    internal double LearningRate { get; }

    /// <summary>Norms of the gradient of the whole cost, of the last update that had them measured.</summary>
    internal GradientNorms Norms => _norms[1]!;

    /// <summary>Updates the parameters by <see cref="Gradient"/>.</summary>
    /// <param name="rows">Rows of the mini-batch, by which penalties are divided; at least 1.</param>
    /// <param name="rateFactor">What the learning rate is multiplied by in this step, at least 0 and finite, as by a schedule. Default 1.</param>
    /// <param name="team">The threads that share the work. Null (default) for the calling thread alone.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no rows, or the factor is negative or not finite.</exception>
    public void Update(int rows, double rateFactor = 1, WorkerTeam? team = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        if (!(rateFactor >= 0 && double.IsFinite(rateFactor)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(rateFactor),
                FormattableString.Invariant($"The factor of the learning rate must be at least 0 and finite but is {rateFactor}."));
        }

        Begin(rows, rateFactor, measuresNorms: false);
        if (team is null)
            Apply(null, Worker.Alone);
        else
            team.Run(this);
        End();
    }

    /// <summary>Gives <see cref="Averaged"/> the average so far.</summary>
    public void WriteAverage() => Average?.Write(Steps, _slots);

    /// <summary>The penalty on the weights as they are; null without a regularizer.</summary>
    /// <param name="rows">Rows of the batch.</param>
    internal double? Penalty(int rows) => _rule.Penalty(_slots, Network.Parameters.Values, rows);

    /// <summary>Begins an update. One thread does it, before any worker begins.</summary>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="rateFactor">What the learning rate is multiplied by.</param>
    /// <param name="measuresNorms">Whether norms of the gradient are measured though no transform needs them.</param>
    /// <param name="time">Where in a training the update stands, for the schedules of transforms; null (default) if it is part of none.</param>
    internal void Begin(int rows, double rateFactor, bool measuresNorms, TrainingTime? time = null)
    {
        foreach (UpdateStage stage in _rule.Stages)
        {
            for (int link = 0; link < stage.Count; link++)
                stage.SetScheduleFactor(link, ScheduleFactor.Of(stage.ScheduleOf(link), time));
        }

        Steps++;
        _rows = rows;
        _rate = LearningRate * rateFactor;
        _measuresNorms = measuresNorms;
        Average?.Begin(Steps);
    }

    /// <summary>Computes one worker's part of the gradient, after every worker has gone backward.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void ComputeGradient(Workspace<float> workspace, Worker worker, bool accumulate)
    {
        for (int i = worker.Index; i < _rowSparse.Length; i += worker.Count)
            _rowSparse[i].Touch(workspace, _measuresNorms || _rule.NeedsNorms);
        (int from, int to) = ShareOf(worker);
        foreach (ParameterRange range in _plan.Ranges)
        {
            (int begin, int end) = Overlap(range, from, to);
            if (begin < end)
            {
                Network.BackwardParameters(
                    workspace, Gradient.Span[begin..end], ElementOf(range, begin), ElementOf(range, end), accumulate);
            }
        }

        if (_rowSparse.Length > 0)
            worker.Barrier();
    }

    /// <summary>One worker's part of the update. It has computed its part of the gradient.</summary>
    /// <param name="workspace">That of the pass; null where all parameters are updated whole.</param>
    /// <param name="worker">The worker.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Apply(Workspace<float>? workspace, Worker worker)
    {
        (int from, int to) = ShareOf(worker);
        ReadOnlySpan<UpdateStage> stages = _rule.Stages;
        for (int first = 0, next = 1; first < stages.Length; first = next, next++)
        {
            while (next < stages.Length && !StopsBefore(stages, next))
                next++;
            if (stages[first].Reach == TransformReach.Parameter)
                ApplyWhole(first, worker);
            else
                ApplyRuns(first, next, from, to);
            if (next == stages.Length)
                break;
            if (NeedsNorms(stages, next))
                MeasureNorms(next, workspace, worker);
            else
                worker.Barrier();
        }

        if (_rowSparse.Length > 0)
            ApplyLines(workspace!, worker);
        foreach (ParameterRange range in _plan.Ranges)
        {
            (int begin, int end) = Overlap(range, from, to);
            if (begin < end)
                Network.Parameters.Transposed?.Refresh(Network.Parameters.Values, ElementOf(range, begin), ElementOf(range, end));
        }
    }

    /// <summary>Ends an update. One thread does it, after every worker has ended.</summary>
    internal void End() => Average?.AddBuffers();

    void ITeamWork.Run(Worker worker) => Apply(null, worker);

    // Before anything is allocated.
    private static TrainingOptions Validated(Network<float> network, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        options.ValidateFor(network.Spec);
        return options;
    }

    // The gradient of a parameter of which only the lines that a batch touches are updated; null for all others.
    private RowSparseGradient<float>? RowSparse(int layer, Slot slot, bool? sparseRows)
    {
        if (sparseRows is not { } leaveZerosOut)
            return null;
        Operation<float> operation = Network.Program.Operations[layer];
        RowSparseGradient<float>? gradient = operation.Layer.RowSparse(slot, leaveZerosOut && operation.Input == 0);
        if (gradient is null || _rule.WorksLineByLine)
            return gradient;
        // A table has a gradient that fits into memory; the first weights of millions of features may have none.
        return operation.Layer.RowSparse(slot, sparseRows: false) is not null ? null : throw new ArgumentException(
            $"The optimizer {_rule.Optimizer.GetType().Name} needs norms of the update after a transform with a memory, which is not "
            + "possible where rows leave zeros out, because weights are then updated row by row; put clipping before the optimizer.",
            nameof(TrainingOptions.Optimizer));
    }

    // Of the gradient.
    private (int From, int To) ShareOf(Worker worker) => worker.Share(Gradient.Length, Lanes.Strip);

    // The part of a range that lies within elements [from, to) of the gradient; none if it ends before it begins.
    private static (int From, int To) Overlap(in ParameterRange range, int from, int to) => range.HasGradient
        ? (Math.Max(from, range.GradientFrom), Math.Min(to, range.GradientFrom + range.Length))
        : (0, 0);

    // Where in θ an element of the gradient belongs.
    private static int ElementOf(in ParameterRange range, int element) => element - range.GradientFrom + range.From;

    private bool NeedsNorms(ReadOnlySpan<UpdateStage> stages, int stage) =>
        stages[stage].Reach == TransformReach.Norms || (_measuresNorms && stage == 1);

    private bool StopsBefore(ReadOnlySpan<UpdateStage> stages, int stage) =>
        NeedsNorms(stages, stage) || stages[stage].Reach == TransformReach.Parameter || stages[stage - 1].Reach == TransformReach.Parameter;

    // Stages [first, next) of elements [from, to) of the gradient.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ApplyRuns(int first, int next, int from, int to)
    {
        bool isLast = next == _rule.Stages.Length;
        Span<float> parameters = Network.Parameters.Values;
        Span<TransformStep> steps = stackalloc TransformStep[next];
        foreach (ParameterRange range in _plan.Ranges)
        {
            (int begin, int end) = Overlap(range, from, to);
            if (begin >= end)
                continue;
            WriteSteps(range, steps);
            for (int start = begin; start < end; start += Chunk)
            {
                int length = Math.Min(Chunk, end - start), element = ElementOf(range, start);
                Span<float> gradient = Gradient.Span.Slice(start, length), present = parameters.Slice(element, length);
                _rule.Apply(first, next, gradient, present, new TransformState<float>(State.Span, parameters.Length, element, length), steps);
                if (!isLast)
                    continue;
                Elementwise.Subtract<float>(gradient, present);
                Average?.Add(element, element + length);
            }
        }
    }

    private void ApplyWhole(int stage, Worker worker)
    {
        Span<TransformStep> steps = stackalloc TransformStep[stage + 1];
        ReadOnlySpan<ParameterRange> ranges = _whole!.Ranges;
        for (int i = worker.Index; i < ranges.Length; i += worker.Count)
        {
            WriteSteps(ranges[i], steps);
            Span<float> gradient = Gradient.Span.Slice(ranges[i].GradientFrom, ranges[i].Length);
            _whole.Apply(worker, _rule.Stages[stage], ranges[i], gradient, State, steps[stage]);
        }
    }

    // The average moves on with every step, also of lines that the step leaves alone.
    private void ApplyLines(Workspace<float> workspace, Worker worker)
    {
        Span<TransformStep> steps = stackalloc TransformStep[_rule.Stages.Length];
        foreach (RowSparseUpdate update in _rowSparse)
        {
            WriteSteps(update.Range, steps);
            update.Apply(workspace, worker, steps);
        }

        if (Average is null)
            return;
        worker.Barrier();
        foreach (RowSparseUpdate update in _rowSparse)
        {
            (int from, int to) = worker.Share(update.Range.Length, Lanes.Strip);
            Average.Add(update.Range.From + from, update.Range.From + to);
        }
    }

    private void MeasureNorms(int stage, Workspace<float>? workspace, Worker worker)
    {
        worker.Barrier();
        GradientNorms norms = _norms[stage]!;
        norms.Square(Gradient.Span, worker);
        Span<TransformStep> steps = stackalloc TransformStep[stage];
        foreach (RowSparseUpdate update in _rowSparse)
        {
            WriteSteps(update.Range, steps);
            update.Square(workspace!, worker, steps);
        }

        worker.Barrier();
        if (worker.Index == 0)
            norms.Sum(_rowSparse);
        worker.Barrier();
    }

    // [stage]: which update of a parameter it is.
    private void WriteSteps(in ParameterRange range, Span<TransformStep> steps)
    {
        for (int stage = 0; stage < steps.Length; stage++)
        {
            GradientNorms? norms = _rule.Stages[stage].Reach == TransformReach.Norms ? _norms[stage] : null;
            steps[stage] = new TransformStep(Steps, _rate * range.RateFactor)
            {
                IsWeight = range.AreWeights,
                DecayFactor = range.DecayFactor,
                Rows = _rows,
                Norm = norms?.OfSlot(range.Slot) ?? 0,
                GlobalNorm = norms?.Global ?? 0,
            };
        }
    }
}
