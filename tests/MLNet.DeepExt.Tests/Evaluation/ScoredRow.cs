using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Tests.Reference;

namespace MLNet.DeepExt.Tests.Evaluation;

/// <summary>Scored rows as they come out of a file or another model.</summary>
internal static class ScoredRow
{
    /// <summary>A yes or no.</summary>
    public static IDataView OfBinary(MLContext context, EvaluationReference.Case given) => context.Data.LoadFromEnumerable(
        given.Labels.Select((label, i) => new Binary
        {
            Label = label == 1,
            Score = given.Scores[i],
            Probability = given.Probabilities[i],
            PredictedLabel = given.Probabilities[i] > 0.5f,
            Weight = given.Weights[i],
        }));

    /// <summary>Four classes, which are called as <paramref name="names"/> says.</summary>
    public static IDataView OfClasses(MLContext context, EvaluationReference.Case given, params string[] names) =>
        OfClasses(context, names, [.. given.Labels.Select((label, i) => new Several
        {
            Name = names[(int)label],
            Score = given.Scores[(4 * i)..(4 * i + 4)],
            Weight = given.Weights[i],
        })]);

    /// <summary>Several classes; the label is a text, and the slots of the scores have names.</summary>
    public static IDataView OfClasses(MLContext context, string[] names, params Several[] rows)
    {
        var schema = SchemaDefinition.Create(typeof(Several));
        schema[nameof(Several.Score)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, names.Length);
        ReadOnlyMemory<char>[] slots = [.. names.Select(name => name.AsMemory())];
        schema[nameof(Several.Score)].AddAnnotation(
            "SlotNames", new VBuffer<ReadOnlyMemory<char>>(slots.Length, slots), new VectorDataViewType(TextDataViewType.Instance, slots.Length));
        return context.Data.LoadFromEnumerable(rows, schema);
    }

    internal sealed class Binary
    {
        public bool Label { get; set; }

        public bool PredictedLabel { get; set; }

        public float Score { get; set; }

        public float Probability { get; set; }

        public float Weight { get; set; } = 1;
    }

    internal sealed class Several
    {
        public string Name { get; set; } = "";

        public string Said { get; set; } = "";

        public float[] Score { get; set; } = [];

        public float Weight { get; set; } = 1;
    }

    internal sealed class Number
    {
        public float Label { get; set; }

        public float Score { get; set; }

        [VectorType(3)]
        public float[] Quantiles { get; set; } = [];

        public float Weight { get; set; } = 1;
    }
}
