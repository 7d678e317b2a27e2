using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>One of the threads that run the same work in parallel, each on its own share.</summary>
public readonly struct Worker
{
    private readonly WorkerTeam? _team;

    internal Worker(WorkerTeam team, int index)
    {
        _team = team;
        Index = index;
    }

    /// <summary>The single worker, whose share is the whole work.</summary>
    public static Worker Alone => default;

    /// <summary>The index of the worker, from 0; worker 0 is the calling thread.</summary>
    public int Index { get; }

    /// <summary>The number of workers.</summary>
    public int Count => _team?.Count ?? 1;

    /// <summary>Waits until all workers of the team have reached this barrier. All of them must call it.</summary>
    /// <exception cref="OperationCanceledException">Another worker failed and will not reach the barrier.</exception>
    public void Barrier() => _team?.Barrier();

    /// <summary>Returns this worker's part of [0, length), divided at multiples of a unit. The parts of all workers cover the range.</summary>
    /// <param name="length">The length to divide, such as a number of rows, at least 0.</param>
    /// <param name="unit">The smallest unit, which is not divided. Default 1.</param>
    public (int From, int To) Share(int length, int unit = 1)
    {
        long units = ((long)length + unit - 1) / unit;
        int from = (int)Math.Min(length, units * Index / Count * unit);
        int to = (int)Math.Min(length, units * (Index + 1) / Count * unit);
        return (from, to);
    }

    /// <summary>Returns this worker's rectangle of rows of a shape, in lines. The lines of a row are not divided.</summary>
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
