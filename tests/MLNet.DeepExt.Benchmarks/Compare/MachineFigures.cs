using MLNet.DeepExt.Benchmarks.Contenders;
using MLNet.DeepExt.Benchmarks.Measuring;
using MLNet.DeepExt.Benchmarks.Workloads;

namespace MLNet.DeepExt.Benchmarks.Compare;

/// <summary>What is not a comparison of two times: ours beside what the machine can do, and what is allocated.</summary>
internal static class MachineFigures
{
    /// <summary>The beginning of the case of a training beside its floor; the workload follows.</summary>
    public const string Floor = "floor-";

    private const string Peak = "peak of one core", FloorPeer = "its matrix products at the peak";

    public static IReadOnlyList<Comparison> Of(Contest[] contests, Measurements measurements) =>
    [
        .. from contest in contests
           where contest.Task == Job.Hardware && contest.Threads == 1
           from shape in ProductShape.OfCubes
           select PeakShare(contest, shape, measurements),
        .. from contest in contests
           where contest.Task == Job.Train
           select FloorOf(contest, contests, measurements),
        .. from contest in contests
           where contest.Task is Job.Train or Job.Infer
           select Allocation(contest, measurements),
    ];

    // In GFLOP/s; the ratio is a share.
    private static Comparison PeakShare(Contest contest, ProductShape shape, Measurements measurements)
    {
        double? ours = measurements.MedianOf(contest, contest.Ours, HardwareFigures.RateBesidePeak(shape)) / 1e9;
        double? peak = measurements.MedianOf(contest, contest.Ours, HardwareFigures.PeakBeside(shape)) / 1e9;
        return new Comparison
        {
            Case = shape.PeakCase,
            Threads = 1,
            Ours = ours,
            Peer = peak,
            PeerName = Peak,
            Ratio = ours / peak,
            Reason = measurements.FailureOf(contest, contest.Ours),
        };
    }

    // In seconds; the ratio says how many times the floor ours takes.
    private static Comparison FloorOf(Contest training, Contest[] contests, Measurements measurements)
    {
        Contest? hardware = contests.FirstOrDefault(other => other.Task == Job.Hardware && other.Threads == training.Threads);
        double? peak = hardware is null ? null : measurements.MedianOf(hardware, hardware.Ours, HardwareFigures.Peak);
        double? ours = measurements.MedianOf(training, training.Ours, training.Workload);
        double? floor = Workload.Named(training.Workload).OperationsPerEpoch / peak;
        return new Comparison
        {
            Case = Floor + training.Workload,
            Threads = training.Threads,
            Ours = ours,
            Peer = floor,
            PeerName = FloorPeer,
            Ratio = ours / floor,
            Reason = measurements.FailureOf(training, training.Ours) ?? (peak is null ? "the peak was not measured" : null),
        };
    }

    // In managed bytes, of a step of training or of a prediction of a row; a share of nothing says nothing.
    private static Comparison Allocation(Contest contest, Measurements measurements)
    {
        string figure = Job.Allocated(contest.Task == Job.Train ? contest.Workload : Job.InferenceCase(contest.Workload, 1));
        string peer = contest.Peers[0];
        return new Comparison
        {
            Case = figure,
            Threads = contest.Threads,
            Ours = measurements.MedianOf(contest, contest.Ours, figure),
            Peer = measurements.MedianOf(contest, peer, figure),
            PeerName = measurements.NameOf(contest, peer),
            Reason = measurements.FailureOf(contest, contest.Ours),
        };
    }
}
