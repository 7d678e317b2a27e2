namespace MLNet.DeepExt.Benchmarks.Workloads;

/// <summary>
/// The training images of MNIST: train-images-idx3-ubyte and train-labels-idx1-ubyte, plain or as .gz, in a folder or in a direct
/// subfolder of it.
/// </summary>
internal static class MnistFiles
{
    private const string Images = "train-images-idx3-ubyte", Labels = "train-labels-idx1-ubyte";
    private const int Rows = 60_000;

    // Other data sets, Fashion-MNIST for one, come in files of the same names and sizes.
    private static readonly byte[] FirstLabels = [5, 0, 4, 1, 9, 2, 1, 3, 1, 4];

    public static bool AreIn(string folder) => Find(folder) is not null;

    /// <summary>Reads pixels as 0 to 1; null if the files are not there.</summary>
    public static WorkloadData? Read(string folder)
    {
        if (Find(folder) is not { } place)
            return null;
        byte[] pixels = IdxFile.ReadImages(DataFile.Find(place, Images)!, Rows);
        byte[] classes = IdxFile.ReadLabels(DataFile.Find(place, Labels)!, Rows);
        return new WorkloadData(Array.ConvertAll(pixels, pixel => pixel / 255f), Array.ConvertAll(classes, label => (int)label), "MNIST");
    }

    private static string? Find(string folder) => DataFile.Places(folder).FirstOrDefault(place =>
        DataFile.Find(place, Images) is not null
        && DataFile.Find(place, Labels) is { } labels
        && IdxFile.ReadLabels(labels, Rows).AsSpan().StartsWith(FirstLabels));
}
