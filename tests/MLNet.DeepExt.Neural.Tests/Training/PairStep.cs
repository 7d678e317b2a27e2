using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>
/// A step that trains two networks on the same batch, of which the second one is updated in every other step.
/// </summary>
internal sealed class PairStep : TrainingStep
{
    private readonly BatchSource _source;
    private readonly Loss _loss;
    private readonly Workspace<float> _first, _second;
    private readonly double[] _costs, _costsOfSecond;

    public PairStep(Network<float> first, Network<float> second, Loss loss, BatchSource source, TrainingOptions options)
    {
        _source = source;
        _loss = loss;
        Batch = source.CreateBatch();
        Updaters = [new NetworkUpdater(first, options), new NetworkUpdater(second, options)];
        _first = first.CreateWorkspace(source.MaximumBatch);
        _second = second.CreateWorkspace(source.MaximumBatch);
        _costs = new double[source.MaximumBatch];
        _costsOfSecond = new double[source.MaximumBatch];
    }

    public override Batch<float> Batch { get; }

    public override IReadOnlyList<NetworkUpdater> Updaters { get; }

    private bool IsSecond => Steps % 2 == 0;

    public override void Run(Worker worker)
    {
        (int from, int to) = worker.Share(Batch.Rows);
        _source.Gather(Batch, from, to);
        Train(Updaters[0], _first, _costs, worker, from, to);
        if (!IsSecond)
            return;
        worker.Barrier();
        Train(Updaters[1], _second, _costsOfSecond, worker, from, to);
    }

    public override IReadOnlyList<LayerNorms> Norms() => [];

    public override string? FindNonFiniteLayer() => null;

    private protected override void Begin(double rateFactor, bool measuresNorms)
    {
        _first.Step = _second.Step = Steps;
        _first.Begin(Batch.Inputs, ForwardMode.Train);
        Updaters[0].Begin(Batch.Rows, rateFactor, measuresNorms: false);
        if (!IsSecond)
            return;
        _second.Begin(Batch.Inputs, ForwardMode.Train);
        Updaters[1].Begin(Batch.Rows, rateFactor, measuresNorms: false);
    }

    private protected override double End()
    {
        foreach (NetworkUpdater updater in IsSecond ? Updaters : [Updaters[0]])
            updater.End();
        return Batch.WeightedSum(_costs);
    }

    private void Train(NetworkUpdater updater, Workspace<float> workspace, double[] costs, Worker worker, int from, int to)
    {
        updater.Network.Forward(workspace, worker);
        _loss.CostAndGradient(workspace.Output, Batch.Target, Batch.Weights, TotalWeight, costs, workspace.OutputGradient, from, to);
        updater.Network.BackwardInputs(workspace, worker);
        worker.Barrier();
        updater.ComputeGradient(workspace, worker, accumulate: false);
        updater.Apply(workspace, worker);
    }
}
