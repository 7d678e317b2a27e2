using System.Runtime.InteropServices;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training.Calibration;

/// <summary>
/// The logits of rows from one pass through a trained network, with their targets and weights. Calibrations after training use them
/// without another pass. Rows of several networks can be added in sequence, such as the validation folds of k networks.
/// </summary>
/// <remarks>
/// They need at most 64 MiB. If there are more rows, rows at equal distances are kept; see <see cref="RowThinning"/>.
/// </remarks>
internal sealed class LogitRows
{
    private const long MostBytes = 64L << 20;

    private readonly RowThinning _thinning;
    private readonly List<float> _logits = [];  // (rows, members · outputs)
    private readonly List<int> _classes = [];   // (rows); empty if targets are numbers
    private readonly List<float> _values = [];  // (rows, targets); empty if targets are classes
    private readonly List<float> _weights = []; // (rows)

    /// <param name="outputs">The number of outputs of the network.</param>
    /// <param name="members">The number of lines of logits of a row, 1 for a network without members.</param>
    /// <param name="targetWidth">The number of targets per row; 0 for class targets.</param>
    /// <param name="mostBytes">The maximum number of bytes of the rows; at least two rows are kept.</param>
    public LogitRows(int outputs, int members, int targetWidth, long mostBytes = MostBytes)
    {
        Outputs = outputs;
        Members = members;
        TargetWidth = targetWidth;
        long bytes = sizeof(float) * ((long)members * outputs + Math.Max(1, targetWidth) + 1);
        _thinning = new RowThinning(Math.Max(2, mostBytes / bytes));
    }

    /// <summary>The number of outputs of the network.</summary>
    public int Outputs { get; }

    /// <summary>The number of lines of logits of a row.</summary>
    public int Members { get; }

    /// <summary>The number of targets per row; 0 for class targets.</summary>
    public int TargetWidth { get; }

    /// <summary>The number of rows.</summary>
    public int Count => _weights.Count;

    /// <summary>The weight of each row: (rows).</summary>
    public ReadOnlySpan<float> Weights => CollectionsMarshal.AsSpan(_weights);

    /// <summary>Collects the validation rows of a network.</summary>
    /// <param name="network">The trained network.</param>
    /// <param name="source">The rows.</param>
    /// <param name="team">The threads.</param>
    /// <param name="cancellationToken">Stops after the current batch.</param>
    /// <returns>The rows; the rows so far if it was cancelled.</returns>
    public static LogitRows Of(Network<float> network, BatchSource source, WorkerTeam team, CancellationToken cancellationToken)
    {
        var rows = new LogitRows(network.Spec.Outputs, network.Spec.OutputShape.Lines, source.TargetWidth);
        rows.AddAll(network, source, team, cancellationToken);
        return rows;
    }

    /// <summary>Passes all rows of a source through a network, once, and adds them.</summary>
    /// <param name="network">The trained network, with the same number of outputs and members.</param>
    /// <param name="source">The rows.</param>
    /// <param name="team">The threads.</param>
    /// <param name="cancellationToken">Stops after the current batch.</param>
    public void AddAll(Network<float> network, BatchSource source, WorkerTeam team, CancellationToken cancellationToken)
    {
        // Begin may open a stream, which can be read only once at a time.
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
    /// <param name="target">The targets.</param>
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

    /// <summary>Adds a number to the logits of each output.</summary>
    /// <param name="shifts">(outputs): the number; null for 0.</param>
    public void Shift(IReadOnlyList<double?> shifts)
    {
        for (int i = 0; i < _logits.Count; i++)
            _logits[i] = (float)(_logits[i] + (shifts[i % Outputs] ?? 0));
    }

    /// <summary>The logits of a row: (members, outputs).</summary>
    public ReadOnlySpan<float> LogitsOf(int row) =>
        CollectionsMarshal.AsSpan(_logits).Slice(row * Members * Outputs, Members * Outputs);

    /// <summary>Returns the target numbers of a row: (targets); empty for class targets.</summary>
    public ReadOnlySpan<float> ValuesOf(int row) => CollectionsMarshal.AsSpan(_values).Slice(row * TargetWidth, TargetWidth);

    /// <summary>Copies rows to the start of a block and multiplies their logits by a factor.</summary>
    /// <param name="from">The first row.</param>
    /// <param name="to">The row after the last.</param>
    /// <param name="factor">The factor of the logits.</param>
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

    /// <summary>A forward pass over the rows of a batch.</summary>
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
