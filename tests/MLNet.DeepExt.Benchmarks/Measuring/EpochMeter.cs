using System.Diagnostics;

namespace MLNet.DeepExt.Benchmarks.Measuring;

/// <summary>Measures a training from outside: the time of every epoch but the first, and what the steps of the last one allocate.</summary>
/// <param name="epochs">Epochs that there will be.</param>
/// <param name="steps">Steps of each.</param>
internal sealed class EpochMeter(int epochs, int steps)
{
    private readonly List<double> _seconds = [];
    private long _start = Stopwatch.GetTimestamp();
    private int _step;
    private long _allocated;

    public double SecondsOfAnEpoch => Medians.Of(_seconds.Skip(1));

    /// <summary>Managed bytes, of all threads.</summary>
    public double AllocatedPerStep { get; private set; }

    public void EndStep()
    {
        _step++;
        if (_seconds.Count != epochs - 1)
            return;
        if (_step == 1)
            _allocated = GC.GetTotalAllocatedBytes(precise: true);
        if (_step == steps)
            AllocatedPerStep = (GC.GetTotalAllocatedBytes(precise: true) - _allocated) / (steps - 1.0);
    }

    public void EndEpoch()
    {
        _seconds.Add(Stopwatch.GetElapsedTime(_start).TotalSeconds);
        _start = Stopwatch.GetTimestamp();
        _step = 0;
    }
}
