using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

// "train FILE" trains and saves, "predict FILE" loads; both print the same predictions.
var ml = new MLContext(seed: 1);
Row[] rows = [.. Enumerable.Range(0, 200).Select(i => new Row { Features = [i % 20 / 20f, i / 200f], Label = (i % 20 / 20f) + (i / 100f) })];
IDataView table = ml.Data.LoadFromEnumerable(rows);

ITransformer model;
if (args[0] == "train")
{
    model = ml.Transforms.NormalizeInputs("Features").Append(ml.Regression.Trainers.NeuralNetwork()).Fit(table);
    ml.Model.Save(model, table.Schema, args[1]);
}
else
{
    model = ml.Model.Load(args[1], out _);
}

foreach (float score in model.Transform(table).GetColumn<float>("Score").Take(10))
    Console.WriteLine(score.ToString("R", CultureInfo.InvariantCulture));

internal sealed class Row
{
    [VectorType(2)]
    public float[] Features { get; set; } = [];

    public float Label { get; set; }
}
