using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>One of the threads that run the same work side by side, each on its own share.</summary>
public readonly struct Worker
{
    private readonly WorkerTeam? _team;

    internal Worker(WorkerTeam team, int index)
    {
        _team = team;
        Index = index;
    }

    /// <summary>The only worker: every share is everything.</summary>
    public static Worker Alone => default;

    /// <summary>Its number, counted from 0; worker 0 is the thread that gave the work.</summary>
    public int Index { get; }

    /// <summary>How many workers there are.</summary>
    public int Count => _team?.Count ?? 1;

    /// <summary>Waits until every worker of the team has come here. All of them must.</summary>
    /// <exception cref="OperationCanceledException">Another worker failed and will never come.</exception>
    public void Barrier() => _team?.Barrier();

    /// <summary>This worker's part of [0, length), cut at multiples of a unit. The parts of all workers are the whole.</summary>
    /// <param name="length">What is shared out: rows, say. At least 0.</param>
    /// <param name="unit">What is not cut. Default 1.</param>
    public (int From, int To) Share(int length, int unit = 1)
    {
        long units = ((long)length + unit - 1) / unit;
        int from = (int)Math.Min(length, units * Index / Count * unit);
        int to = (int)Math.Min(length, units * (Index + 1) / Count * unit);
        return (from, to);
    }

    /// <summary>This worker's rectangle of rows of a shape, in lines: those of a row are not divided.</summary>
    internal Rectangle Share(Split split, int rows, TensorShape shape)
    {
        if (split == Split.Columns)
        {
            (int column, int end) = Share(Lanes.Pad(shape.Width), Lanes.Strip);
            return new Rectangle(0, rows * shape.Lines, column, end);
        }

        (int from, int to) = Share(rows);
        return new Rectangle(from * shape.Lines, to * shape.Lines, 0, Lanes.Pad(shape.Width));
    }
}
