using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Tests.Support;

// What a program does that only has a model file: load it, score the rows of a text file, print. It names no type of
// MLNet.DeepExt, so that the library comes in by the model file alone.
if (args.Length != 2)
{
    Console.Error.WriteLine("Usage: MLNet.DeepExt.Tests.LoadProbe <model.zip> <rows.tsv: A, B, C and Label in each line>");
    return 1;
}

var context = new MLContext();
ITransformer model = context.Model.Load(args[0], out _);
IDataView rows = context.Data.LoadFromTextFile(
    args[1],
    [
        new TextLoader.Column("A", DataKind.Single, 0),
        new TextLoader.Column("B", DataKind.Single, 1),
        new TextLoader.Column("C", DataKind.Single, 2),
        new TextLoader.Column("Label", DataKind.String, 3),
    ]);
foreach (string line in OutputText.Of(model, rows))
    Console.WriteLine(line);

return 0;
