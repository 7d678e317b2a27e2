using System.Text;
using System.Text.Json.Nodes;
using MLNet.DeepExt.Neural.Persistence;

namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>Changes the header of a checkpoint, as where another version of the library wrote it.</summary>
internal static class CheckpointHeaderEdit
{
    public static void Apply(string path, Action<JsonObject> edit)
    {
        using var changed = new MemoryStream();
        using (FileStream file = File.OpenRead(path))
        {
            JsonObject header = JsonNode.Parse(ChecksummedBlock.Read(file))!.AsObject();
            edit(header);
            ChecksummedBlock.Write(changed, Encoding.UTF8.GetBytes(header.ToJsonString()));
            file.CopyTo(changed);
        }

        File.WriteAllBytes(path, changed.ToArray());
    }
}
