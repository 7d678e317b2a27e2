using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>One of the threads that run the same work side by side, each on its own share.</summary>
internal readonly struct Worker
{
    private readonly WorkerTeam? _team;

    public Worker(WorkerTeam team, int index)
    {
        _team = team;
        Index = index;
    }

    /// <summary>The only worker: every share is everything.</summary>
    public static Worker Alone => default;

    public int Index { get; }

    public int Count => _team?.Count ?? 1;

    /// <summary>Waits until every worker of the team has come here.</summary>
    public void Barrier() => _team?.Barrier();

    /// <summary>This worker's part of [0, length), cut at multiples of <paramref name="unit"/>.</summary>
    public (int From, int To) Share(int length, int unit = 1)
    {
        long units = ((long)length + unit - 1) / unit;
        int from = (int)Math.Min(length, units * Index / Count * unit);
        int to = (int)Math.Min(length, units * (Index + 1) / Count * unit);
        return (from, to);
    }

    /// <summary>This worker's rectangle of rows of a shape, in lines: those of a row are not divided.</summary>
    public Rectangle Share(Split split, int rows, TensorShape shape)
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
