using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Tests.Support;

/// <summary>What a transformer adds to rows, as a line of text for each row, with every digit that numbers need.</summary>
internal static class OutputText
{
    private static readonly string[] Names = ["PredictedLabel", "Score", "Probability", "Quantiles", "FeatureContributions", "Raw"];

    public static string[] Of(ITransformer model, IDataView data) => Of(model.Transform(data));

    public static string[] Of(IDataView scored)
    {
        IEnumerable<string> present = Names.Where(name => scored.Schema.GetColumnOrNull(name) is not null);
        List<string[]> columns = [.. present.Select(name => Texts(scored, name))];
        return [.. Enumerable.Range(0, columns[0].Length).Select(row => string.Join(' ', columns.Select(column => column[row])))];
    }

    private static string[] Texts(IDataView scored, string name) => scored.Schema[name].Type switch
    {
        KeyDataViewType => [.. scored.GetColumn<uint>(name).Select(Text)],
        BooleanDataViewType => [.. scored.GetColumn<bool>(name).Select(Text)],
        NumberDataViewType => [.. scored.GetColumn<float>(name).Select(Text)],
        VectorDataViewType { ItemType: BooleanDataViewType } => [.. scored.GetColumn<bool[]>(name).Select(Text)],
        VectorDataViewType => [.. scored.GetColumn<float[]>(name).Select(Text)],
        _ => [.. scored.GetColumn<string>(name)],
    };

    private static string Text<T>(T[] values) => string.Join(' ', values.Select(Text));

    private static string Text<T>(T value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
