using System.Globalization;
using Digits;
using EndToEnd;
using Microsoft.ML;

// Is the number in the picture even? Learned at one go from the pixels, and in two stages: the digit first, from which the second
// stage learns the answer. Both are judged on the same pictures by the same metric.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int seed = 1;
var ml = new MLContext(seed);
(IReadOnlyList<Digit> training, IReadOnlyList<Digit> test) = DigitData.Split(DigitData.Load(), seed);
var random = new Random(seed);
Digit[] shuffled = [.. training];
random.Shuffle(shuffled);

Console.WriteLine($"{"Pictures to learn from",24} {"End to end",12} {"Two stages",12}   accuracy on {test.Count} others");
foreach (int rows in (ReadOnlySpan<int>)[100, 300, shuffled.Length])
{
    IDataView train = ml.Data.LoadFromEnumerable(shuffled.Take(rows).Select(EvenDigit.Of).ToArray());
    IDataView other = ml.Data.LoadFromEnumerable(test.Select(EvenDigit.Of).ToArray());
    double atOnce = Accuracy(Pipelines.EndToEnd(ml).Fit(train).Transform(other));
    double inStages = Accuracy(Pipelines.TwoStages(ml).Fit(train).Transform(other));
    Console.WriteLine($"{rows,24} {atOnce,12:0.0000} {inStages,12:0.0000}");
}

Console.WriteLine();
Console.WriteLine("The two stages learn from more, the digit of every picture, but pass only ten numbers on: all other information is");
Console.WriteLine($"lost. Of accuracies on {test.Count} pictures, a difference of a hundredth may be chance.");

double Accuracy(IDataView scored) => ml.BinaryClassification.Evaluate(scored, nameof(EvenDigit.IsEven)).Accuracy;
