using System.Globalization;
using Digits;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Distributions;
using MLNet.DeepExt.Splits;
using MLNet.DeepExt.Statistics;

// Rows to learn from, to choose by and to judge by; whether those two are of one distribution; and how many they have to be.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var ml = new MLContext(seed: 1);
IReadOnlyList<Digit> digits = DigitData.Load();
TrainDevTestData split = ml.Data.TrainDevTestSplit(
    ml.Data.LoadFromEnumerable(digits), devFraction: 0.2, testFraction: 0.2, labelColumnName: "Label");
Console.WriteLine(split);
int[] zeros = [.. new[] { split.Train, split.Dev, split.Test }.Select(part => part.GetColumn<int>("Label").Count(label => label == 0))];
Console.WriteLine($"zeros among them: {zeros[0]}, {zeros[1]} and {zeros[2]}");

Console.WriteLine();
DistributionComparison same = split.CheckDistributions();
Console.WriteLine(same.Verdict);

// The test rows of another camera, which makes the ink a little darker.
IDataView darker = ml.Data.LoadFromEnumerable(ml.Data.CreateEnumerable<Digit>(split.Test, reuseRowObject: false).Select(digit => new Digit
{
    Pixels = [.. digit.Pixels.Select(pixel => pixel == 0 ? 0 : Math.Min(16, pixel + 2))],
    Label = digit.Label,
}));
DistributionComparison other = ml.Data.CompareDistributions(
    split.Dev, darker, new CompareDistributionsOptions { FirstName = "dev", SecondName = "the rows of the other camera" });
Console.WriteLine();
Console.WriteLine(other);

long apart = SetSize.ToDistinguish(0.02, 0.025), together = SetSize.ToDistinguishOnSameRows(0.02, 0.025, disagreement: 0.015);
Console.WriteLine($"To tell an error of 2 % from one of 2.5 %, dev needs {apart:N0} rows for each model,");
Console.WriteLine($"or {together:N0} rows for both, if they disagree in 1.5 % of them.");
Console.WriteLine($"24 wrong of 1,200 rows are an error of {ErrorInterval.Wilson(errors: 24, rows: 1200)}.");

bool holds = split.TrainRows + split.DevRows + split.TestRows == digits.Count
    && zeros is [107, >= 35 and <= 36, >= 35 and <= 36]
    && !same.AreDifferent
    && other.AreDifferent && other.AucLower > 0.6
    && (apart, together) == (13_809, 4_707);
return holds ? 0 : 1;
