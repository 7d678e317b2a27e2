using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;

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
    private readonly Optimizer _optimizer;
    private readonly BatchSource _source;
    private readonly Workspace<float> _workspace;
    private readonly RowSparseUpdate? _rowSparse; // of the first weights, where the rows are sparse
    private readonly int _gradientStart;          // where in θ the gradient begins: after those weights
    private readonly Memory<float> _gradient;
    private readonly Memory<float> _state; // (states per parameter, parameters)
    private readonly double[] _costs;      // (rows)

    public SupervisedStep(Network<float> network, Loss loss, Optimizer optimizer, BatchSource source, int seed)
    {
        _network = network;
        _loss = loss;
        _optimizer = optimizer;
        _source = source;
        Batch = source.CreateBatch();
        _workspace = network.CreateWorkspace(source.MaximumBatch);
        _workspace.Seed = seed;
        int parameters = network.Parameters.Values.Length;
        _state = AlignedMemory.Allocate<float>(checked(optimizer.StatesPerParameter * parameters));
        _rowSparse = Batch.Inputs is SparseBlock<float> ? new RowSparseUpdate(network, optimizer, _state) : null;
        _gradientStart = _rowSparse is { Weight: var weight } ? weight.Offset + weight.Length : 0;
        _gradient = AlignedMemory.Allocate<float>(parameters - _gradientStart);
        _costs = new double[source.MaximumBatch];
        loss.Validate(network.Spec.Outputs, Batch.Target);
    }

    /// <summary>The rows of the step; the source fills it.</summary>
    public Batch<float> Batch { get; }

    /// <summary>Σ w of the last batch trained on.</summary>
    public double TotalWeight { get; private set; }

    /// <summary>Steps so far.</summary>
    public long Steps => _workspace.Step;

    /// <summary>Trains on the batch that the source has just moved to.</summary>
    /// <returns>The sum of w·L over the batch, L being the cost of a row before the update.</returns>
    public double Run(WorkerTeam team)
    {
        TotalWeight = Batch.TotalWeight();
        _workspace.Step++;
        _workspace.Begin(Batch.Inputs, ForwardMode.Train);
        team.Run(this);
        return Batch.WeightedSum(_costs);
    }

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
        _rowSparse?.Run(_workspace, worker, Steps);
        (int from, int to) = worker.Share(_gradient.Length, Lanes.Strip);
        _network.BackwardParameters(_workspace, _gradient.Span[from..to], _gradientStart + from, _gradientStart + to, accumulate: false);
        Update(from, to);
        _network.Parameters.Transposed!.Refresh(_network.Parameters.Values, _gradientStart + from, _gradientStart + to);
    }

    // Of elements [from, to) of the gradient.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Update(int from, int to)
    {
        Span<float> parameters = _network.Parameters.Values;
        for (int start = from; start < to; start += UpdateChunk)
        {
            int length = Math.Min(UpdateChunk, to - start);
            Span<float> gradient = _gradient.Span.Slice(start, length);
            _optimizer.Transform(gradient, new OptimizerState<float>(_state.Span, parameters.Length, _gradientStart + start, length), new UpdateStep(Steps, _optimizer.LearningRate));
            Elementwise.Subtract<float>(gradient, parameters.Slice(_gradientStart + start, length));
        }
    }
}
