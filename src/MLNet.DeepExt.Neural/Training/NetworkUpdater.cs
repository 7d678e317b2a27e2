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
/// Updates the parameters of one network by their gradient. It owns the gradient, the state of the optimizer, the number of updates, the norms, and
/// the average of the parameters over the updates. Not thread-safe.
/// </summary>
/// <remarks>
/// <see cref="Trainer"/> uses it internally. A custom loop runs a forward and a backward pass of the network into <see cref="Gradient"/>, and
/// calls <see cref="Update"/>, which updates all parameters completely, including those that a training updates lazily
/// (see <see cref="GradientTransform"/>). The loop may use any loss, or any other gradient of the outputs.
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
    private readonly UpdatePlan _slots;            // a range for each trained parameter
    private readonly UpdatePlan _plan;             // ranges with a gradient and equal rules
    private readonly WholeUpdate? _whole;          // for transforms that need whole parameters
    private readonly RowSparseUpdate[] _rowSparse; // for lazily updated parameters
    private readonly GradientNorms?[] _norms;      // [stage]: of the input gradient of the stage
    private double _rate;
    private int _rows;
    private bool _measuresNorms;

    /// <summary>Creates an updater of a network.</summary>
    /// <param name="network">The network; its parameters are changed in place.</param>
    /// <param name="options">
    /// Only Optimizer, Regularizer, LayerRates and WeightAveraging are used. A penalty is part of the update, not of the gradient.
    /// </param>
    /// <exception cref="ArgumentException">An option is out of its range; the message states the value and the remedy.</exception>
    public NetworkUpdater(Network<float> network, TrainingOptions options)
        : this(network, Validated(network, options), sparseRows: null)
    {
    }

    /// <param name="network">The network.</param>
    /// <param name="options">The training options.</param>
    /// <param name="sparseRows">
    /// True if the rows of batches are sparse; it determines which parameters are updated lazily. Null
    /// updates all parameters completely.
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
            // The norms of the gradient itself may be recorded.
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
    /// ∂J/∂θ without penalties, in the layout of the parameters of the network (use <see cref="Network{T}.ReadGradient"/> to read one parameter);
    /// its padding must be 0. <see cref="Update"/> overwrites it, and ignores the parts of frozen layers.
    /// </summary>
    public Memory<float> Gradient { get; }

    /// <summary>The number of updates so far.</summary>
    public long Steps { get; internal set; }

    /// <summary>
    /// The network with the averaged parameters of the last <see cref="WriteAverage"/>; <see cref="Network"/> itself if
    /// <see cref="TrainingOptions.WeightAveraging"/> is null.
    /// </summary>
    public Network<float> Averaged => Average?.Network ?? Network;

    /// <summary>The state of the optimizer: (states per parameter, parameters).</summary>
    internal Memory<float> State { get; }

    /// <summary>The average of the parameters over the updates; null if not requested.</summary>
    internal WeightAverage? Average { get; }

    /// <summary>The step size before any schedule.</summary>
    internal double LearningRate { get; }

    /// <summary>The norms of the gradient of the whole cost, from the last update that measured them.</summary>
    internal GradientNorms Norms => _norms[1]!;

    /// <summary>Updates the parameters by <see cref="Gradient"/>.</summary>
    /// <param name="rows">The number of rows of the mini-batch, by which penalties are divided; at least 1.</param>
    /// <param name="rateFactor">The factor of the learning rate in this step, such as that of a schedule, at least 0 and finite. Default 1.</param>
    /// <param name="team">The threads that share the work. Null (default) for the calling thread only.</param>
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

    /// <summary>Writes the average so far to <see cref="Averaged"/>.</summary>
    public void WriteAverage() => Average?.Write(Steps, _slots);

    /// <summary>Returns the penalty of the current weights; null without a regularizer.</summary>
    /// <param name="rows">The number of rows of the batch.</param>
    internal double? Penalty(int rows) => _rule.Penalty(_slots, Network.Parameters.Values, rows);

    /// <summary>Begins an update. One thread calls it before any worker starts.</summary>
    /// <param name="rows">The number of rows of the batch.</param>
    /// <param name="rateFactor">The factor of the learning rate.</param>
    /// <param name="measuresNorms">True to measure norms of the gradient even if no transform needs them.</param>
    /// <param name="time">The position in the training, for the schedules of transforms; null (default) outside a training.</param>
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

    /// <summary>Computes one worker's part of the gradient, after all workers have finished the backward pass.</summary>
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

    /// <summary>Applies one worker's part of the update, after it has computed its part of the gradient.</summary>
    /// <param name="workspace">The workspace of the pass; null if all parameters are updated completely.</param>
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

    /// <summary>Ends an update. One thread calls it after all workers have finished.</summary>
    internal void End() => Average?.AddBuffers();

    void ITeamWork.Run(Worker worker) => Apply(null, worker);

    // Validated before anything is allocated.
    private static TrainingOptions Validated(Network<float> network, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        options.ValidateFor(network.Spec);
        return options;
    }

    // The gradient of a lazily updated parameter; null for all others.
    private RowSparseGradient<float>? RowSparse(int layer, Slot slot, bool? sparseRows)
    {
        if (sparseRows is not { } leaveZerosOut)
            return null;
        Operation<float> operation = Network.Program.Operations[layer];
        RowSparseGradient<float>? gradient = operation.Layer.RowSparse(slot, leaveZerosOut && operation.Input == 0);
        if (gradient is null || _rule.WorksLineByLine)
            return gradient;
        // A table has a gradient that fits into memory; the first weights of millions of features may have no such gradient.
        return operation.Layer.RowSparse(slot, sparseRows: false) is not null ? null : throw new ArgumentException(
            $"The optimizer {_rule.Optimizer.GetType().Name} needs norms of the update after a transform with state, which is not "
            + "possible with sparse rows, because weights are then updated row by row; put clipping before the optimizer.",
            nameof(TrainingOptions.Optimizer));
    }

    // The ranges of the gradient.
    private (int From, int To) ShareOf(Worker worker) => worker.Share(Gradient.Length, Lanes.Strip);

    // The part of a range that lies within elements [from, to) of the gradient; empty if its end is before its start.
    private static (int From, int To) Overlap(in ParameterRange range, int from, int to) => range.HasGradient
        ? (Math.Max(from, range.GradientFrom), Math.Min(to, range.GradientFrom + range.Length))
        : (0, 0);

    // Maps an element of the gradient to its position in θ.
    private static int ElementOf(in ParameterRange range, int element) => element - range.GradientFrom + range.From;

    private bool NeedsNorms(ReadOnlySpan<UpdateStage> stages, int stage) =>
        stages[stage].Reach == TransformReach.Norms || (_measuresNorms && stage == 1);

    private bool StopsBefore(ReadOnlySpan<UpdateStage> stages, int stage) =>
        NeedsNorms(stages, stage) || stages[stage].Reach == TransformReach.Parameter || stages[stage - 1].Reach == TransformReach.Parameter;

    // Applies stages [first, next) to elements [from, to) of the gradient.
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

    // The average is updated in every step, also for lines that the step does not touch.
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

    // [stage]: the number of the update of a parameter.
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
