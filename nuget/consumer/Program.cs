using System.Globalization;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

// "train FILE" trains and saves, "predict FILE" loads; both print the same predictions. "export FILE ONNX" writes a saved model as ONNX.
// "inspect FOLDER" looks into the packages in a folder. "version" prints that of ML.NET.
if (args[0] == "inspect")
    return PackageInspection.Run(args[1]);
if (args[0] == "version")
{
    Console.WriteLine(typeof(MLContext).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]);
    return 0;
}

var ml = new MLContext(seed: 1);
Row[] rows = [.. Enumerable.Range(0, 200).Select(i => new Row
{
    Size = i % 11 == 0 ? float.NaN : i % 20 / 20f,
    Kind = $"kind {i % 7}",
    Label = i % 20 < 8 ? "small" : i % 7 < 3 ? "round" : "square",
})];
IDataView table = ml.Data.LoadFromEnumerable(rows);

ITransformer model;
if (args[0] == "train")
{
    model = ml.Transforms.Conversion.MapValueToKey("Label")
        .Append(ml.Transforms.TabularFeatures())
        .Append(ml.MulticlassClassification.Trainers.NeuralNetwork(maximumEpochs: 10))
        .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(table);
    ml.Model.Save(model, table.Schema, args[1]);
}
else
{
    model = ml.Model.Load(args[1], out _);
}

if (args[0] == "export")
{
    using FileStream file = File.Create(args[2]);
    ml.Model.ExportOnnx(model, table.Schema, file, "PredictedLabel", "Score");
    return file.Length > 1000 ? 0 : 1;
}

foreach (float[] scores in model.Transform(table).GetColumn<float[]>("Score").Take(10))
    Console.WriteLine(string.Join(' ', scores.Select(score => score.ToString("R", CultureInfo.InvariantCulture))));
return 0;

internal sealed class Row
{
    public float Size { get; set; }

    public string Kind { get; set; } = "";

    public string Label { get; set; } = "";
}
