using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Training.Updates;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// One step of training on labelled rows: gather, forward, loss, backward, update. All workers run it side by side.
/// </summary>
internal sealed class SupervisedStep : ITeamWork
{
    // A chunk of gradient, parameters and optimizer state that stays in the first-level cache from update to subtraction.
    private const int UpdateChunk = 1024;

    private readonly Network<float> _network;
    private readonly Loss _loss;
    private readonly UpdateRule _rule;
    private readonly UpdatePlan _slots;            // a range for each slot that learns
    private readonly UpdatePlan _plan;             // the ranges that are updated, without the first weights where rows are sparse
    private readonly BatchSource _source;
    private readonly Workspace<float> _workspace;
    private readonly RowSparseUpdate? _rowSparse;  // of the first weights, where the rows are sparse
    private readonly ParameterRange _sparseWeight;
    private readonly int _gradientStart;           // where in θ the gradient begins: after those weights
    private readonly Memory<float> _gradient;
    private readonly double[] _costs;              // (rows)
    private ActivationNorms<float>? _activations;  // made when they are first wanted
    private readonly GradientNorms _norms;
    private readonly bool _normsAlways;
    private double _rate;
    private bool _withNorms;

    public SupervisedStep(Network<float> network, Loss loss, BatchSource source, TrainingOptions options)
    {
        _network = network;
        _loss = loss;
        _source = source;
        _rule = new UpdateRule(options.Optimizer, options.Regularizer, options.Clipping);
        _normsAlways = _rule.NeedsNorms;
        Batch = source.CreateBatch();
        _workspace = network.CreateWorkspace(source.MaximumBatch, frozen: options.FrozenLayers);
        _workspace.Seed = options.Seed;
        int parameters = network.Parameters.Values.Length;
        State = AlignedMemory.Allocate<float>(checked(options.Optimizer.StatesPerParameter * parameters));
        _slots = UpdatePlan.OfSlots(network, options.LayerRates);
        // Of other layers that read sparse rows, all weights are updated in every step.
        if (Batch.Inputs is SparseBlock<float> && network.Layers[0] is DenseLayer<float>)
        {
            // Its weights come first in θ.
            Slot weight = network.Parameters.Slots[0];
            _gradientStart = weight.Offset + weight.Length;
            if (_slots.Ranges is [{ From: 0 } first, ..])
            {
                _sparseWeight = first;
                _rowSparse = new RowSparseUpdate(network, _rule, first, State);
            }
        }

        _plan = _normsAlways ? _slots : _slots.Joined(_rule.WeightsDiffer);
        _norms = new GradientNorms(_slots, network.Parameters.Slots.Count, _gradientStart);
        _gradient = AlignedMemory.Allocate<float>(parameters - _gradientStart);
        _costs = new double[source.MaximumBatch];
        Average = options.WeightAveraging is { } decay ? new WeightAverage(network, decay, options.FrozenLayers) : null;
        loss.Validate(network.Spec.Outputs, Batch.Target);
    }

    /// <summary>The rows of the step; the source fills it.</summary>
    public Batch<float> Batch { get; }

    /// <summary>Σ w of the last batch trained on.</summary>
    public double TotalWeight { get; private set; }

    /// <summary>Steps so far.</summary>
    public long Steps { get; set; }

    /// <summary>What the optimizer remembers: (states per parameter, parameters).</summary>
    public Memory<float> State { get; }

    /// <summary>The average of the weights over the steps; null where none is wanted.</summary>
    public WeightAverage? Average { get; }

    /// <summary>The norms of the gradient of the last step that had them measured.</summary>
    public GradientNorms Norms => _norms;

    /// <summary>The memory of the last pass.</summary>
    public Workspace<float> Workspace => _workspace;

    /// <summary>Trains on the batch that the source has just moved to.</summary>
    /// <param name="team">Who does it.</param>
    /// <param name="rate">The step size.</param>
    /// <param name="measuresNorms">Whether norms of gradients and outputs are measured.</param>
    /// <returns>The sum of w·L over the batch, L being the cost of a row before the update.</returns>
    public double Run(WorkerTeam team, double rate, bool measuresNorms = false)
    {
        TotalWeight = Batch.TotalWeight();
        Steps++;
        _rate = rate;
        _withNorms = measuresNorms || _normsAlways;
        _workspace.Step = Steps;
        if (measuresNorms)
            _activations ??= new ActivationNorms<float>(_network.Layers.Count, _source.MaximumBatch);
        _workspace.Activations = measuresNorms ? _activations : null;
        _workspace.Begin(Batch.Inputs, ForwardMode.Train);
        if (_withNorms)
            _rowSparse?.ReserveSquares(_workspace);
        team.Run(this);
        Average?.AddBuffers();
        return Batch.WeightedSum(_costs);
    }

    /// <summary>The penalty on the weights as they are, by the rows of the last batch; null without a regularizer.</summary>
    public double? Penalty() => _rule.Penalty(_slots, _network.Parameters.Values, Batch.Rows);

    /// <summary>Gives the network of the average the average.</summary>
    public void WriteAverage() => Average?.Write(Steps, _slots);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void ITeamWork.Run(Worker worker)
    {
        (int rowFrom, int rowTo) = worker.Share(Batch.Rows);
        _source.Gather(Batch, rowFrom, rowTo);
        _network.Forward(_workspace, worker);
        _loss.CostAndGradient(
            _workspace.Output, Batch.Target, Batch.Weights, TotalWeight, _costs, _workspace.OutputGradient, rowFrom, rowTo);
        _network.BackwardInputs(_workspace, worker);

        // From here on each worker owns a range of the parameters: its gradient, its update, its transposed copy.
        worker.Barrier();
        (int from, int to) = worker.Share(_gradient.Length, Lanes.Strip);
        _network.BackwardParameters(_workspace, _gradient.Span[from..to], _gradientStart + from, _gradientStart + to, accumulate: false);
        AddPenalty(_gradientStart + from, _gradientStart + to);
        if (_withNorms)
            MeasureNorms(worker);
        _rowSparse?.Apply(_workspace, worker, UpdateOf(_sparseWeight));
        Update(_gradientStart + from, _gradientStart + to);
        if (_gradientStart > 0 && Average is not null)
            AverageSparseWeights(worker);
        _network.Parameters.Transposed!.Refresh(_network.Parameters.Values, _gradientStart + from, _gradientStart + to);
    }

    // Of elements [from, to) of θ.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddPenalty(int from, int to)
    {
        if (!_rule.WeightsDiffer)
            return;
        foreach (ParameterRange range in _plan.Ranges)
        {
            (int first, int last) = (Math.Max(from, range.From), Math.Min(to, range.To));
            if (first < last)
                _rule.AddPenalty(GradientOf(first, last), _network.Parameters.Values[first..last], range.AreWeights, Batch.Rows);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MeasureNorms(Worker worker)
    {
        worker.Barrier();
        _norms.Square(_gradient.Span, worker);
        _rowSparse?.Square(_workspace, worker, Batch.Rows);
        worker.Barrier();
        if (worker.Index == 0)
            _norms.Sum(_rowSparse?.SquaredNormOf(_workspace) ?? 0);
        worker.Barrier();
    }

    // Of elements [from, to) of θ.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Update(int from, int to)
    {
        Span<float> parameters = _network.Parameters.Values;
        foreach (ParameterRange range in _plan.Ranges)
        {
            (int first, int last) = (Math.Max(from, range.From), Math.Min(to, range.To));
            if (first >= last)
                continue;
            RangeUpdate update = UpdateOf(range);
            for (int start = first; start < last; start += UpdateChunk)
            {
                int end = Math.Min(start + UpdateChunk, last);
                var state = new OptimizerState<float>(State.Span, parameters.Length, start, end - start);
                _rule.Apply(GradientOf(start, end), parameters[start..end], state, update);
                Average?.Add(start, end);
            }
        }
    }

    // The average moves on with every step, also of weights that the step leaves alone.
    private void AverageSparseWeights(Worker worker)
    {
        worker.Barrier();
        (int from, int to) = worker.Share(_gradientStart, Lanes.Strip);
        Average!.Add(from, to);
    }

    private RangeUpdate UpdateOf(in ParameterRange range) => new(
        new UpdateStep(Steps, _rate * range.RateFactor), range.AreWeights, Batch.Rows,
        _normsAlways ? _norms.OfSlot(range.Slot) : 0, _normsAlways ? _norms.Global : 0);

    private Span<float> GradientOf(int from, int to) => _gradient.Span[(from - _gradientStart)..(to - _gradientStart)];
}
