using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training.Calibration;

/// <summary>The mean loss of the predictions of some rows if their logits are divided by a temperature.</summary>
/// <remarks>With members, it is the loss of the mean of their predictions. Sums are computed block by block, so the result does not depend on the
/// number of threads.</remarks>
internal sealed class LossAtTemperature : ITeamWork
{
    private const int BlockRows = 256;

    private readonly LogitRows _rows;
    private readonly Loss _loss;
    private readonly double[] _costs; // (blocks): Σ w·L
    private readonly double _weight;  // Σ w
    private readonly Block[] _blocks; // (workers)
    private double _temperature;

    /// <param name="rows">The rows, at least one.</param>
    /// <param name="loss">Their loss.</param>
    /// <param name="workers">The number of workers of the teams that will measure.</param>
    public LossAtTemperature(LogitRows rows, Loss loss, int workers)
    {
        _rows = rows;
        _loss = loss;
        _costs = new double[(rows.Count + BlockRows - 1) / BlockRows];
        foreach (float weight in rows.Weights)
            _weight += weight;
        _blocks = [.. Enumerable.Range(0, workers).Select(_ => new Block(rows, Math.Min(BlockRows, rows.Count)))];
    }

    /// <summary>Measures the loss.</summary>
    /// <param name="temperature">The temperature, above 0.</param>
    /// <param name="team">The threads.</param>
    public double At(double temperature, WorkerTeam team)
    {
        _temperature = temperature;
        team.Run(this);
        double sum = 0;
        foreach (double cost in _costs)
            sum += cost;
        return sum / _weight;
    }

    void ITeamWork.Run(Worker worker)
    {
        (int from, int to) = worker.Share(_costs.Length);
        for (int block = from; block < to; block++)
            _costs[block] = CostOf(_blocks[worker.Index], block * BlockRows, Math.Min(_rows.Count, (block + 1) * BlockRows));
    }

    private double CostOf(Block block, int from, int to)
    {
        _rows.CopyTo(from, to, (float)(1 / _temperature), block.Logits, block.Target);
        block.Means.Rows = to - from;
        _loss.MeanOfMembers(block.Logits, block.Means, 0, to - from);
        _loss.Cost(block.Means, block.Target, block.Costs, 0, to - from);
        double sum = 0;
        for (int row = from; row < to; row++)
            sum += _rows.Weights[row] * block.Costs[row - from];
        return sum;
    }

    // Some rows that one worker processes.
    private sealed class Block(LogitRows rows, int count)
    {
        public DenseBlock<float> Logits { get; } = new(count * rows.Members, rows.Outputs);

        public DenseBlock<float> Means { get; } = new(count, rows.Outputs);

        public Target<float> Target { get; } = TargetRows.CreateTarget(count, rows.TargetWidth);

        public double[] Costs { get; } = new double[count];
    }
}
