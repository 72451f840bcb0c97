"""The work addresses of one person who has several: nobody decides on their own mail."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("quarantine", "0021_sign_in_count"),)
    operations = (migrations.AddField("policyinforce", "aliases", models.JSONField(default=list)),)
