using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Schedules;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// A training step of one network on labelled rows: gather, forward, loss, backward, update. All workers run it in parallel.
/// </summary>
internal sealed class SupervisedStep : TrainingStep
{
    private readonly NetworkUpdater _updater;
    private readonly Loss _loss;
    private readonly BatchSource _source;
    private readonly Workspace<float> _workspace;
    private readonly IReadOnlySet<string> _frozen;
    private readonly (int Operation, Schedule Schedule)[] _scheduled; // layers that have a schedule
    private readonly double[] _costs; // (rows)
    private readonly bool _beginsByRows;

    /// <param name="network">The network. It is changed.</param>
    /// <param name="loss">The loss that is minimized.</param>
    /// <param name="source">The rows.</param>
    /// <param name="options">The training options.</param>
    /// <param name="isNew">True if the network is untrained. Default false.</param>
    public SupervisedStep(Network<float> network, Loss loss, BatchSource source, TrainingOptions options, bool isNew = false)
    {
        _beginsByRows = isNew && DataDrivenBias.IsWanted(network);
        _loss = loss;
        _source = source;
        _frozen = options.FrozenLayers(network.Spec);
        Batch = source.CreateBatch();
        _workspace = network.CreateWorkspace(source.MaximumBatch, frozen: _frozen);
        _workspace.Seed = options.Seed;
        _scheduled =
        [
            .. network.Program.Operations.Index().Where(each => each.Item.Spec.OwnSchedule is not null)
                .Select(each => (each.Index, each.Item.Spec.OwnSchedule!)),
        ];
        _updater = new NetworkUpdater(network, options, sparseRows: Batch.Inputs is SparseBlock<float>);
        Updaters = [_updater];
        _costs = new double[source.MaximumBatch];
        loss.Validate(network.Spec.Outputs, Batch.Target);
    }

    public override Batch<float> Batch { get; }

    public override IReadOnlyList<NetworkUpdater> Updaters { get; }

    private Network<float> Network => _updater.Network;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(Worker worker)
    {
        (int rowFrom, int rowTo) = worker.Share(Batch.Rows);
        _source.Gather(Batch, rowFrom, rowTo);
        Network.Forward(_workspace, worker);
        _loss.CostAndGradient(
            _workspace.Output, Batch.Target, Batch.Weights, TotalWeight, _costs, _workspace.OutputGradient, rowFrom, rowTo);
        Network.BackwardInputs(_workspace, worker);

        // From here, each worker owns a range of the parameters: its gradient, its update, its transposed copy.
        worker.Barrier();
        _updater.ComputeGradient(_workspace, worker, accumulate: false);
        _updater.Apply(_workspace, worker);
    }

    public override IReadOnlyList<LayerNorms> Norms() => NormReport.Of(_updater, _workspace.Activations!, _frozen);

    public override string? FindNonFiniteLayer()
    {
        foreach ((int i, Operation<float> operation) in Network.Program.Operations.Index())
        {
            if (!AreFinite(_workspace.ValueOf(i + 1)!))
                return $"layer {operation.Label}";
        }

        return null;
    }

    private protected override void Begin(double rateFactor, bool measuresNorms)
    {
        if (_beginsByRows && Steps == 1)
            BeginByRows();
        _workspace.Step = Steps;
        _workspace.Activations = measuresNorms ? new ActivationNorms<float>(Network.Program, Batch.Rows) : null;
        foreach ((int operation, Schedule schedule) in _scheduled)
            _workspace.SetScheduleFactor(operation, ScheduleFactor.Of(schedule, Time));
        _workspace.Begin(Batch.Inputs, ForwardMode.Train);
        _updater.Begin(Batch.Rows, rateFactor, measuresNorms, Time);
    }

    private void BeginByRows()
    {
        _source.Gather(Batch, 0, Batch.Rows);
        _workspace.Begin(Batch.Inputs, ForwardMode.HeldMask);
        DataDrivenBias.Begin(Network, _workspace, _workspace.Seed);
    }

    private protected override double End()
    {
        _updater.End();
        return Batch.WeightedSum(_costs);
    }

    private static bool AreFinite(DenseBlock<float> outputs)
    {
        for (int row = 0; row < outputs.Rows; row++)
        {
            if (!Finite.All<float>(outputs.Row(row)))
                return false;
        }

        return true;
    }
}
