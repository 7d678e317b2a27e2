using System.Globalization;
using MLNet.DeepExt.Data.Oversampling;
using MLNet.DeepExt.Interop.Hosting;

namespace Microsoft.ML;

/// <summary>Adds <c>OversampleMinority</c> to the data operations of a context.</summary>
public static class OversampleMinorityCatalog
{
    private const int MostNeighbors = 1_000_000;

    /// <summary>
    /// Adds synthetic rows to the classes of which there are few (SMOTE), until each has as many as the largest, or a share of that:
    /// x + u·(x′ - x), x a row of the class, x′ one of the rows of the class that are nearest to it, u uniform in [0, 1).
    /// </summary>
    /// <remarks>
    /// <para><b>Only for rows to train on, after the split.</b> A synthetic row in a test set tells nothing, and one made of rows that are
    /// in the test set tells the trainer of them; cross-validation therefore wants it within each fold. The same goes for the rows by which
    /// training stops: a trainer that sets some of its rows aside for that would take synthetic ones. Give it others,
    /// <c>pipeline.Fit(balanced, validation)</c>.</para>
    /// <para>The result has the rows as they are, then the synthetic ones, each with the label and all other columns of the row x that it
    /// starts from. As many start from each row as from any other, give or take one. Trainers that do not shuffle by themselves want the
    /// result shuffled, by <c>ml.Data.ShuffleRows</c>.</para>
    /// <para>Nearest is by the Euclidean distance of the features as they are: bring them to one scale before, with NormalizeInputs. Slots
    /// of categories, which the annotation CategoricalSlotRanges tells, are not put between: each category is that of most of the
    /// neighbors, of two equally frequent the one that a nearer neighbor has. In the distance, a category that differs counts as much as
    /// the median of the standard deviations of the numbers, 1 where there are none; that one of the two rows has no category counts half
    /// its square (SMOTE-NC).</para>
    /// <para>The rows of the classes that need more are held in memory, three times while every pair of a class is compared: 20,000 rows of
    /// 64 features take two or three seconds of a processor. The data is read again with the result, and has to give the same rows then:
    /// where a row that synthetic ones start from has other features, reading throws. A class whose rows have more features together than
    /// an array holds, or more neighbors, is refused before they are read into memory.
    /// Rows without a label (a missing key, empty text) stay, and get no others.</para>
    /// <para>N. V. Chawla, K. W. Bowyer, L. O. Hall, W. P. Kegelmeyer, "SMOTE: Synthetic Minority Over-sampling Technique", 2002.</para>
    /// </remarks>
    /// <param name="catalog">The data operations of a context.</param>
    /// <param name="data">The rows to train on.</param>
    /// <param name="labelColumnName">The classes: a key, <see cref="bool"/> or text.</param>
    /// <param name="featureColumnName">The features, a known-sized vector of <see cref="float"/>.</param>
    /// <param name="neighbors">How many of the nearest rows x′ is drawn from, from 1 to 1,000,000. The paper's 5 by default.</param>
    /// <param name="targetShare">How many rows each class is to have at least, as a share in (0, 1] of those of the largest class. By
    /// default 1: all classes become equal.</param>
    /// <param name="seed">The seed of what is drawn; by default drawn from the context.</param>
    /// <returns><paramref name="data"/> itself where no class needs more rows.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    /// <exception cref="InvalidOperationException">There are fewer than two classes; or a class that needs more rows has no more than
    /// <paramref name="neighbors"/>, has more features or neighbors than an array holds, or has NaN or infinite features.</exception>
    /// <example>
    /// <code>
    /// DataOperationsCatalog.TrainTestData parts = ml.Data.TrainTestSplit(data);
    /// IDataView features = ml.Transforms.NormalizeInputs("Features").Fit(parts.TrainSet).Transform(parts.TrainSet);
    /// IDataView balanced = ml.Data.OversampleMinority(features);
    /// </code>
    /// </example>
    public static IDataView OversampleMinority(
        this DataOperationsCatalog catalog,
        IDataView data,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        int neighbors = 5,
        double targetShare = 1,
        int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(labelColumnName);
        ArgumentException.ThrowIfNullOrEmpty(featureColumnName);
        if (neighbors is < 1 or > MostNeighbors)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"neighbors must be from 1 to {MostNeighbors} but is {neighbors}; 5 is the default."),
                nameof(neighbors));
        }

        if (!(targetShare > 0 && targetShare <= 1))
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture, $"targetShare must be in (0, 1] but is {targetShare}; use 1 to make all classes equal."),
                nameof(targetShare));
        }

        var host = CatalogEnvironment.Of(catalog).Register(nameof(OversampleMinority));
        var oversampling = new MinorityOversampling(host, data, labelColumnName, featureColumnName);
        return oversampling.Oversample(neighbors, targetShare, seed ?? host.Rand.Next());
    }
}
