using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Benchmarks.Quality.Tasks;

namespace MLNet.DeepExt.Benchmarks.Quality.Sets;

/// <summary>Letter Recognition (Frey and Slate 1991): 16 measures of a printed capital, and which of the 26 it is.</summary>
internal sealed record LetterSet()
    : TableSet("letter", "letter", 0.978, new MulticlassTask(), new TableFiles("letter-recognition.data") { Separator = ' ' })
{
    protected override IEnumerable<TextLoader.Column> Columns =>
        [new("Features", DataKind.Single, 0, 15), new("Letter", DataKind.String, 16)];

    public override IEstimator<ITransformer> Preparation(MLContext context) =>
        context.Transforms.Conversion.MapValueToKey("Label", "Letter")
            .Append(context.Transforms.NormalizeInputs("Features"));
}
