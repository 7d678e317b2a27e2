namespace Digits;

/// <summary>Predictions in a file, to the last bit.</summary>
internal static class PredictionFile
{
    public static void Write(string path, IEnumerable<Prediction> predictions)
    {
        using var writer = new BinaryWriter(File.Create(path));
        foreach (Prediction prediction in predictions)
        {
            writer.Write(prediction.PredictedLabel);
            writer.Write(prediction.Score.Length);
            foreach (float score in prediction.Score)
                writer.Write(score);
        }
    }

    public static IReadOnlyList<Prediction> Read(string path)
    {
        using var reader = new BinaryReader(File.OpenRead(path));
        var predictions = new List<Prediction>();
        while (reader.BaseStream.Position < reader.BaseStream.Length)
        {
            int label = reader.ReadInt32();
            float[] score = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadSingle())];
            predictions.Add(new Prediction { PredictedLabel = label, Score = score });
        }

        return predictions;
    }
}
