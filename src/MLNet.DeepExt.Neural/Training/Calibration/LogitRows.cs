using System.Runtime.InteropServices;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training.Calibration;

/// <summary>
/// The logits of rows, with their targets and weights, as one pass through a trained network gives them: what is learned after training is learned
/// from them, without a further pass. Rows of several networks may be collected one after the other, as those that each of k folds held out.
/// </summary>
/// <remarks>
/// They take no more than 64 MiB. Of more rows than that those at equal distances are kept; see <see cref="RowThinning"/>.
/// </remarks>
internal sealed class LogitRows
{
    private const long MostBytes = 64L << 20;

    private readonly RowThinning _thinning;
    private readonly List<float> _logits = [];  // (rows, members · outputs)
    private readonly List<int> _classes = [];   // (rows); none where targets are numbers
    private readonly List<float> _values = [];  // (rows, targets); none where targets are classes
    private readonly List<float> _weights = []; // (rows)

    /// <param name="outputs">Outputs of the network.</param>
    /// <param name="members">Lines of logits of a row, 1 for a network without members.</param>
    /// <param name="targetWidth">Numbers of a row's target; 0 where it is a class.</param>
    /// <param name="mostBytes">Bytes that the rows may take; two rows are kept in any case.</param>
    public LogitRows(int outputs, int members, int targetWidth, long mostBytes = MostBytes)
    {
        Outputs = outputs;
        Members = members;
        TargetWidth = targetWidth;
        long bytes = sizeof(float) * ((long)members * outputs + Math.Max(1, targetWidth) + 1);
        _thinning = new RowThinning(Math.Max(2, mostBytes / bytes));
    }

    /// <summary>Outputs of the network.</summary>
    public int Outputs { get; }

    /// <summary>Lines of logits of a row.</summary>
    public int Members { get; }

    /// <summary>Numbers of a row's target; 0 where it is a class.</summary>
    public int TargetWidth { get; }

    /// <summary>Rows that are kept.</summary>
    public int Count => _weights.Count;

    /// <summary>The weight of each row that is kept: (rows).</summary>
    public ReadOnlySpan<float> Weights => CollectionsMarshal.AsSpan(_weights);

    /// <summary>Collects the validation rows of a network.</summary>
    /// <param name="network">The trained network.</param>
    /// <param name="source">The rows.</param>
    /// <param name="team">Who computes.</param>
    /// <param name="cancellationToken">Ends it after the current batch.</param>
    /// <returns>The rows; those so far where it was cancelled.</returns>
    public static LogitRows Of(Network<float> network, BatchSource source, WorkerTeam team, CancellationToken cancellationToken)
    {
        var rows = new LogitRows(network.Spec.Outputs, network.Spec.OutputShape.Lines, source.TargetWidth);
        rows.AddAll(network, source, team, cancellationToken);
        return rows;
    }

    /// <summary>Passes all rows of a source through a network, once, and adds them.</summary>
    /// <param name="network">The trained network, with as many outputs and members.</param>
    /// <param name="source">The rows.</param>
    /// <param name="team">Who computes.</param>
    /// <param name="cancellationToken">Ends it after the current batch.</param>
    public void AddAll(Network<float> network, BatchSource source, WorkerTeam team, CancellationToken cancellationToken)
    {
        // Beginning may open a stream, of which there must be one reading at a time.
        if (cancellationToken.IsCancellationRequested)
            return;
        Batch<float> batch = source.CreateBatch();
        Workspace<float> workspace = network.CreateWorkspace(source.MaximumBatch, backward: false);
        var forward = new ForwardWork(network, source, batch, workspace);
        source.BeginEpoch(1);
        while (!cancellationToken.IsCancellationRequested && source.MoveNext(batch))
        {
            workspace.Begin(batch.Inputs, ForwardMode.Inference);
            team.Run(forward);
            Add(workspace.Output, batch.Target, batch.Weights);
        }
    }

    /// <summary>Adds the rows of a batch.</summary>
    /// <param name="logits">(rows · members, outputs).</param>
    /// <param name="target">What the outputs should be.</param>
    /// <param name="weights">(rows).</param>
    public void Add(DenseBlock<float> logits, Target<float> target, ReadOnlySpan<float> weights)
    {
        for (int row = 0; row < weights.Length; row++)
        {
            if (!_thinning.Takes(Count, KeepEverySecond))
                continue;
            for (int line = row * Members; line < (row + 1) * Members; line++)
                _logits.AddRange(logits.Row(line));
            if (target.Values is { } values)
                _values.AddRange(values.Row(row));
            else
                _classes.Add(target.Classes[row]);
            _weights.Add(weights[row]);
        }
    }

    /// <summary>The logits of a row: (members, outputs).</summary>
    public ReadOnlySpan<float> LogitsOf(int row) =>
        CollectionsMarshal.AsSpan(_logits).Slice(row * Members * Outputs, Members * Outputs);

    /// <summary>The numbers that are the target of a row: (targets); empty where it is a class.</summary>
    public ReadOnlySpan<float> ValuesOf(int row) => CollectionsMarshal.AsSpan(_values).Slice(row * TargetWidth, TargetWidth);

    /// <summary>Copies rows to the beginning of a block, logits multiplied by a factor.</summary>
    /// <param name="from">The first row.</param>
    /// <param name="to">The row after the last.</param>
    /// <param name="factor">What logits are multiplied by.</param>
    /// <param name="logits">Receives (rows · members, outputs).</param>
    /// <param name="target">Receives the targets.</param>
    public void CopyTo(int from, int to, float factor, DenseBlock<float> logits, Target<float> target)
    {
        logits.Rows = (to - from) * Members;
        target.Rows = to - from;
        for (int row = from; row < to; row++)
        {
            ReadOnlySpan<float> source = LogitsOf(row);
            for (int member = 0; member < Members; member++)
            {
                Span<float> line = logits.Row((row - from) * Members + member);
                for (int j = 0; j < line.Length; j++)
                    line[j] = source[member * Outputs + j] * factor;
            }

            if (target.Values is { } values)
                ValuesOf(row).CopyTo(values.Row(row - from));
            else
                target.Classes[row - from] = _classes[row];
        }
    }

    private void KeepEverySecond()
    {
        RowThinning.KeepEverySecond(_logits, Members * Outputs);
        RowThinning.KeepEverySecond(_values, TargetWidth);
        RowThinning.KeepEverySecond(_classes, 1);
        RowThinning.KeepEverySecond(_weights, 1);
    }

    /// <summary>A pass forward over the rows of a batch.</summary>
    private sealed class ForwardWork(Network<float> network, BatchSource source, Batch<float> batch, Workspace<float> workspace) : ITeamWork
    {
        public void Run(Worker worker)
        {
            (int from, int to) = worker.Share(batch.Rows);
            source.Gather(batch, from, to);
            network.Forward(workspace, worker);
        }
    }
}
