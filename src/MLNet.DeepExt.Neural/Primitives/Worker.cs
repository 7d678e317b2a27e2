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

    /// <summary>This worker's rectangle of (rows, width).</summary>
    public Rectangle Share(Split split, int rows, int width)
    {
        (int from, int to) = split == Split.Columns ? Share(Lanes.Pad(width), Lanes.Strip) : Share(rows);
        return split == Split.Columns ? new Rectangle(0, rows, from, to) : new Rectangle(from, to, 0, Lanes.Pad(width));
    }
}
